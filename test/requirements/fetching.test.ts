import { createResourceServer, introspection } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { active, BASIC, trusting as definitionFor, json, startEndpoint } from '../issuers/support/endpoint.ts'
import { AUDIENCE, bearer, SCOPE, startCallers } from '../issuers/support/three-callers.ts'
import { type Question, startTlsIssuer, type TlsIssuer, verdictsWithTrust } from './tls-issuer.ts'

const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const

let keys: TestIssuer
let issuers: Readonly<Record<'modern' | 'astray' | 'outdated' | 'asked', TlsIssuer>>
/** What a process says that trusts the authority of all these servers. It is started once: that takes a while. */
let trusting: Readonly<Record<keyof typeof issuers, string>>

beforeAll(async () => {
  keys = await createTestIssuer({ algorithm: 'ES256' })
  issuers = {
    modern: await startTlsIssuer(keys, { ...OLD, maxVersion: 'TLSv1.2' }),
    astray: await startTlsIssuer(keys),
    outdated: await startTlsIssuer(keys, OLD),
    asked: await startTlsIssuer(keys),
  }
  const [modern = '', astray = '', outdated = '', asked = ''] = await verdictsWithTrust([
    await about(issuers.modern),
    await about(issuers.astray, 'localhost'),
    await about(issuers.outdated),
    { ...(await about(issuers.asked)), introspected: true },
  ])
  trusting = { modern, astray, outdated, asked }
})
afterAll(async () => {
  for (const issuer of Object.values(issuers)) issuer.stop()
  await keys.stop()
})

async function about({ port }: TlsIssuer, host = '127.0.0.1'): Promise<Question> {
  const issuer = `https://${host}:${port}`
  return { issuer, token: await keys.token({ audience: AUDIENCE, claims: { iss: issuer } }) }
}

const FOUND = ['GET /.well-known/oauth-authorization-server', 'GET /jwks']

test('metadata and keys of a server that nobody trusts are not believed (RFC 8414 section 6.1)', async () => {
  expect([trusting.modern, issuers.modern.asked]).toEqual(['accepted', FOUND])
  const { issuer, token } = await about(issuers.modern)
  const here = createResourceServer({ issuer, audience: AUDIENCE, scopes: {} })
  await expect(here.verify(token)).rejects.toMatchObject({ code: 'keys_unavailable' })
  expect(issuers.modern.asked).toEqual(FOUND)
})

test('nor are those of a server that is certified under another name (RFC 8414 section 6.1)', () => {
  expect([trusting.modern, issuers.modern.asked]).toEqual(['accepted', FOUND])
  expect([trusting.astray, issuers.astray.asked]).toEqual(['keys_unavailable', []])
})

test('an issuer that speaks no TLS newer than 1.1 is not talked to (FAPI 2.0 section 5.2)', () => {
  expect([trusting.modern, issuers.modern.asked]).toEqual(['accepted', FOUND])
  expect([trusting.outdated, issuers.outdated.asked]).toEqual(['keys_unavailable', []])
})

test('an introspection endpoint that nobody trusts gets no token and no secret (RFC 7662 section 4)', async () => {
  expect([trusting.asked, issuers.asked.asked]).toEqual(['accepted', ['POST /introspect']])
  const { issuer } = await about(issuers.asked)
  const introspectionEndpoint = `${issuer}/introspect`
  const definition = introspection({ issuer, introspectionEndpoint, clientId: 'api', clientAuthentication: BASIC })
  const here = await startCallers({ issuer: definition })
  const { status, code, detail } = await here.ask('opaque')
  expect([status, code]).toEqual([503, 'introspection_unavailable'])
  expect(detail?.reason).toMatch(/^the request failed \([A-Z_]+(CERT|SIGNATURE)[A-Z_]*\)$/)
  expect(issuers.asked.asked).toEqual(['POST /introspect'])
})

test('two servers that ask as different clients share no answer (RFC 7662 section 2.2)', async () => {
  const endpoint = await startEndpoint()
  endpoint.reply = ({ headers }) => {
    const [client] = Buffer.from(String(headers.authorization).slice('Basic '.length), 'base64').toString().split(':')
    return json(active({ scope: client === 'reports-api' ? SCOPE : 'other:read' }))
  }
  const apiOf = (clientId: string) =>
    createResourceServer({
      ...definitionFor(endpoint, { clientId, cacheSeconds: 300 }),
      audience: AUDIENCE,
      scopes: { [SCOPE]: 'Read reports' },
    })
  const [reports, other] = [apiOf('reports-api'), apiOf('other-api')]
  for (let round = 0; round < 2; round++) {
    expect((await reports.check(bearer('opaque'), SCOPE)).granted).toBe(true)
    expect(await other.check(bearer('opaque'), SCOPE)).toMatchObject({ denial: { code: 'insufficient_scope' } })
  }
  expect(endpoint.asked).toHaveLength(2)
})
