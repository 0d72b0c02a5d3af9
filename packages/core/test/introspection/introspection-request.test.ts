import { createAuthority } from '@scopeward/testing'
import { exportJWK } from 'jose'
import { expect, test } from 'vitest'
import { introspectionClient } from '../../src/introspection/introspection-request.ts'
import type { ClientAuthentication } from '../../src/options/client-authentication.ts'
import { introspection } from '../../src/options/introspection.ts'
import { base64url, ISSUER, keys, NOW } from '../support/tokens.ts'
import { stageOptions } from '../support/verified.ts'

/** What is sent about a token, and whether a TLS connection of its own is used. */
async function sentBy(clientAuthentication: ClientAuthentication, clientId = 'reports-api') {
  const rules = stageOptions({
    issuer: introspection({ issuer: ISSUER, clientId, clientAuthentication }),
    clock: () => NOW * 1000,
  })
  if (rules.proof.kind !== 'introspection') throw new Error('the issuer is not asked')
  const client = introspectionClient(rules.proof.client, rules, 'application/json')
  const { method, headers, body } = await client.request('a+b=&c')
  const form = new URLSearchParams(String(body))
  expect(form.get('token')).toBe('a+b=&c')
  return { client, rules, method, headers, form: [...form].slice(1) }
}

const HINT = ['token_type_hint', 'access_token']
const HEADERS = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }

test('client_secret_basic: both halves are form-urlencoded, then joined by a colon (RFC 6749 section 2.3.1)', async () => {
  const sent = await sentBy({ method: 'client_secret_basic', clientSecret: 'a:b+c%d ü' }, 'reports api')
  const authorization = `Basic ${Buffer.from('reports+api:a%3Ab%2Bc%25d+%C3%BC').toString('base64')}`
  expect([sent.method, sent.headers, sent.form]).toEqual(['POST', { ...HEADERS, authorization }, [HINT]])
  expect([sent.client.mutualTls, sent.client.fetch]).toEqual([false, sent.rules.fetch])
})

test('private_key_jwt: the assertion stands in the form, and nothing in Authorization (RFC 7523 section 2.2)', async () => {
  const privateKey = { ...(await exportJWK((await keys('ES256')).privateKey)) }
  const sent = await sentBy({ method: 'private_key_jwt', privateKey, algorithm: 'ES256', keyId: 'k' })
  const header = base64url(JSON.stringify({ alg: 'ES256', kid: 'k' }))
  expect([sent.method, sent.headers]).toEqual(['POST', HEADERS])
  expect(sent.form).toEqual([
    HINT,
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', expect.stringMatching(`^${header}\\.`)],
  ])
  expect([sent.client.mutualTls, sent.client.fetch]).toEqual([false, sent.rules.fetch])
})

test('tls_client_auth: the client names itself in the form, over connections of its own (RFC 8705 section 2)', async () => {
  const sent = await sentBy({ method: 'tls_client_auth', ...createAuthority('test authority').issue('reports-api') })
  expect([sent.method, sent.headers, sent.form]).toEqual(['POST', HEADERS, [HINT, ['client_id', 'reports-api']]])
  expect([sent.client.mutualTls, sent.client.fetch === sent.rules.fetch]).toEqual([true, false])
})
