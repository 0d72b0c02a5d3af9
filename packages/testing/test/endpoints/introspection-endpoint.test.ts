import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestIssuer, type TestClock, type TestIssuer, testClock } from '../../src/index.ts'
import { claimsOf, headerOf } from '../support.ts'

const JWT = 'application/token-introspection+jwt'
const API = { client_id: 'api', client_secret: 's3cret' }
const NOW = Date.UTC(2026, 0, 1) / 1000

let clock: TestClock
let issuer: TestIssuer

beforeEach(async () => {
  clock = testClock()
  issuer = await createTestIssuer({
    algorithm: 'ES256',
    clock,
    clients: [{ clientId: 'api', clientSecret: 's3cret', scopes: [] }],
  })
})
afterEach(() => issuer.stop())

function post(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(issuer.introspectionEndpoint, { method: 'POST', body: new URLSearchParams(parameters), headers })
}

async function introspect(token: string): Promise<Record<string, unknown>> {
  const response = await post({ ...API, token })
  expect(response.status).toBe(200)
  return (await response.json()) as Record<string, unknown>
}

async function introspectForJwt(token: string): Promise<string> {
  const response = await post({ ...API, token }, { accept: JWT })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, JWT])
  return response.text()
}

describe('requests', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['no credentials', {}, {}],
    ['a wrong secret', { ...API, client_secret: 'wrong' }, {}],
    ['an unknown client', { ...API, client_id: 'nobody' }, {}],
    ['a bearer token', {}, { authorization: 'Bearer abc' }],
  ])('answers %s with 401 invalid_client and remembers nothing', async (_, parameters, headers) => {
    const token = issuer.opaqueToken()
    expect(await introspect(token)).toMatchObject({ active: true })
    issuer.resetRequests()
    const response = await post({ ...parameters, token }, headers)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="token"'])
    expect(await response.json()).toEqual({ error: 'invalid_client', error_description: expect.any(String) })
    expect(issuer.lastIntrospection).toBeUndefined()
    expect(issuer.requests.introspection).toBe(1)
  })

  test.each<[string, Record<string, string> | string, string | undefined, string]>([
    ['no token', API, undefined, 'token is missing'],
    ['an empty token', { ...API, token: '' }, undefined, 'token is missing'],
    [
      'JSON',
      JSON.stringify({ ...API, token: 'a' }),
      'application/json',
      'the body must be application/x-www-form-urle',
    ],
    ['two tokens', 'token=a&token=b', 'application/x-www-form-urlencoded', 'token is given more than once'],
  ])('answers %s with 400 invalid_request', async (_, parameters, type, description) => {
    const body = typeof parameters === 'string' ? parameters : new URLSearchParams(parameters)
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
    const response = await fetch(issuer.introspectionEndpoint, { method: 'POST', body, headers })
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: expect.stringContaining(description) },
    ])
  })

  test.each(['GET', 'PUT'])('answers %s with 405', async method => {
    const response = await fetch(issuer.introspectionEndpoint, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('are remembered as they were sent, until they are reset', async () => {
    expect(issuer.lastIntrospection).toBeUndefined()
    await post({ ...API, token: 'one' })
    expect(issuer.lastIntrospection).toEqual({
      clientId: 'api',
      method: 'client_secret_post',
      token: 'one',
      tokenTypeHint: undefined,
      accept: '*/*',
    })
    const arrived = issuer.nextRequest('introspection')
    const authorization = `Basic ${btoa('api:s3cret')}`
    await post({ token: 'two', token_type_hint: 'access_token' }, { authorization, accept: `${JWT}, text/html` })
    await arrived
    expect(issuer.lastIntrospection).toEqual({
      clientId: 'api',
      method: 'client_secret_basic',
      token: 'two',
      tokenTypeHint: 'access_token',
      accept: `${JWT}, text/html`,
    })
    issuer.resetRequests()
    expect(issuer.lastIntrospection).toBeUndefined()
  })
})

describe('signed answers (RFC 9701 section 5)', () => {
  test.each([JWT, `application/json;q=0.5, ${JWT.toUpperCase()};q=0.9`])('are given to Accept: %s', async accept => {
    const token = issuer.opaqueToken({ scope: 'a' })
    const response = await post({ ...API, token }, { accept })
    expect(response.headers.get('content-type')).toBe(JWT)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { protectedHeader, payload } = await jwtVerify(
      await response.text(),
      createLocalJWKSet({ keys: issuer.keys.map(key => ({ ...key.publicJwk })) }),
      { issuer: issuer.issuer, audience: 'api', typ: 'token-introspection+jwt', currentDate: new Date(clock()) },
    )
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'token-introspection+jwt', kid: 'key-1' })
    expect(payload).toEqual({
      iss: issuer.issuer,
      aud: 'api',
      iat: NOW,
      token_introspection: await introspect(token),
    })
  })

  test.each(['*/*', 'application/*', 'application/jwt', 'application/json'])(
    'are not given to Accept: %s',
    async accept => {
      const response = await post({ ...API, token: issuer.opaqueToken() }, { accept })
      expect(response.headers.get('content-type')).toBe('application/json')
    },
  )

  test('tell of inactive tokens too, and are signed by the key that signs now', async () => {
    await issuer.rotateKeys({ algorithm: 'Ed25519' })
    const answer = await introspectForJwt('unknown')
    expect(headerOf(answer)).toEqual({ alg: 'Ed25519', typ: 'token-introspection+jwt', kid: 'key-2' })
    expect(claimsOf(answer).token_introspection).toEqual({ active: false })
  })

  test('can lie in the header and the claims', async () => {
    const introspectionJwt = {
      header: { typ: 'at+jwt', kid: undefined },
      claims: { iss: 'https://other.example', aud: ['b'], token_introspection: undefined, exp: 1 },
    }
    const answer = await introspectForJwt(issuer.opaqueToken({ introspectionJwt }))
    expect(headerOf(answer)).toEqual({ alg: 'ES256', typ: 'at+jwt' })
    expect(claimsOf(answer)).toEqual({ iss: 'https://other.example', aud: ['b'], iat: NOW, exp: 1 })
    expect(headerOf(await introspectForJwt(issuer.opaqueToken()))).toMatchObject({ typ: 'token-introspection+jwt' })
  })

  test('carry the lies about the token', async () => {
    const answer = await introspectForJwt(issuer.opaqueToken({ introspection: { active: 'true' } }))
    expect(claimsOf(answer).token_introspection).toMatchObject({ active: 'true', token_type: 'Bearer' })
  })

  test('answer 500, saying why, to a header that jose refuses to sign', async () => {
    const token = issuer.opaqueToken({ introspectionJwt: { header: { alg: 'none' } } })
    const response = await post({ ...API, token }, { accept: JWT })
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      500,
      'application/json',
      { error: 'server_error', error_description: expect.stringMatching(/^the answer cannot be written: .*none/) },
    ])
  })
})
