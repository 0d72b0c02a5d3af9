import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestIssuer, type OpaqueTokenInput, type TestClock, type TestIssuer, testClock } from '../src/index.ts'
import { AUDIENCE, claimsOf } from './support.ts'

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

function post(parameters: Record<string, string>): Promise<Response> {
  return fetch(issuer.introspectionEndpoint, { method: 'POST', body: new URLSearchParams(parameters) })
}

async function introspect(token: string): Promise<Record<string, unknown>> {
  const response = await post({ ...API, token })
  expect(response.status).toBe(200)
  return (await response.json()) as Record<string, unknown>
}

describe('opaque tokens', () => {
  test('are random text without dots, each its own', () => {
    const tokens = Array.from({ length: 20 }, () => issuer.opaqueToken())
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(new Set(tokens).size).toBe(20)
  })

  test('are active with every member of RFC 7662 section 2.2', async () => {
    const response = await post({ ...API, token: issuer.opaqueToken({ scope: ['a', 'b'] }) })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      active: true,
      iss: issuer.issuer,
      aud: AUDIENCE,
      sub: 'test-client',
      client_id: 'test-client',
      scope: 'a b',
      iat: NOW,
      exp: NOW + 300,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token_type: 'Bearer',
    })
  })

  test('take the same input as JWT access tokens', async () => {
    const input = {
      audience: ['https://a.example', 'https://b.example'],
      clientId: 'importer',
      subject: 'user-1',
      expiresInSeconds: 60,
      claims: { tenant: 't1', jti: undefined, active: 'claims do not decide this' },
    } satisfies OpaqueTokenInput
    const { active, ...claims } = claimsOf(await issuer.token(input))
    expect(await introspect(issuer.opaqueToken(input))).toEqual({ ...claims, active: true, token_type: 'Bearer' })
  })

  test('refuse header and key, which they do not have, and unknown options', () => {
    expect(() => issuer.opaqueToken({ header: {} } as never)).toThrow('opaqueToken: unknown option "header"; known are')
    expect(() => issuer.opaqueToken({ key: 'key-1' } as never)).toThrow(TypeError)
    expect(() => issuer.opaqueToken({ scopes: [] } as never)).toThrow('opaqueToken: unknown option "scopes"')
    expect(() => issuer.opaqueToken({ introspectionJwt: { payload: {} } } as never)).toThrow(
      'opaqueToken: introspectionJwt: unknown option "payload"; known are header, claims',
    )
  })

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['active as text', { active: 'true' }, { active: 'true' }],
    ['another audience', { aud: 'https://other.example' }, { aud: 'https://other.example' }],
    ['a past exp', { exp: 1 }, { active: true, exp: 1 }],
    ['another token_type', { token_type: 'DPoP' }, { token_type: 'DPoP' }],
    ['a new member', { username: 'jane' }, { username: 'jane' }],
    ['a claim left out', { scope: undefined }, { scope: undefined }],
    ['token_type left out', { token_type: undefined }, { token_type: undefined }],
  ])('can be lied about: %s', async (_, introspection, expected) => {
    const token = issuer.opaqueToken({ scope: 'a', introspection })
    const { jti, ...answer } = await introspect(token)
    const { jti: _jti, ...truth } = await introspect(issuer.opaqueToken({ scope: 'a' }))
    expect(answer).toEqual({ ...truth, ...expected })
    issuer.revoke(token)
    expect(await introspect(token)).toEqual({ active: false })
  })

  test('answer 500, saying why, to what JSON cannot hold', async () => {
    const response = await post({ ...API, token: issuer.opaqueToken({ introspection: { n: 1n } }) })
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: 'server_error', error_description: expect.stringMatching(/^the answer cannot be written: .*BigInt/) },
    ])
  })
})

describe('inactive tokens (RFC 7662 section 2.2)', () => {
  test.each([
    ['opaque', () => issuer.opaqueToken()],
    ['JWT', () => issuer.token()],
  ])('%s: are active until exp by the clock of the issuer, and not from then on', async (_, mint) => {
    const token = await mint()
    clock.advance({ seconds: 299.9 })
    expect(await introspect(token)).toMatchObject({ active: true, exp: NOW + 300 })
    clock.advance({ seconds: 0.1 })
    expect(await introspect(token)).toEqual({ active: false })
  })

  test.each([
    ['opaque', () => issuer.opaqueToken()],
    ['JWT', () => issuer.token()],
  ])('%s: can be revoked, alone and twice', async (_, mint) => {
    const [token, other] = [await mint(), await mint()]
    expect(await introspect(token)).toMatchObject({ active: true })
    issuer.revoke(token)
    issuer.revoke(token)
    expect(await introspect(token)).toEqual({ active: false })
    expect(await introspect(other)).toMatchObject({ active: true })
  })

  test('are those before their nbf (RFC 7662 section 4)', async () => {
    const token = issuer.opaqueToken({ claims: { nbf: NOW + 10 } })
    expect(await introspect(token)).toEqual({ active: false })
    clock.advance({ seconds: 10 })
    expect(await introspect(token)).toMatchObject({ active: true })
  })

  test('are not those without exp, or with one that is no number', async () => {
    expect(await introspect(issuer.opaqueToken({ claims: { exp: undefined } }))).toMatchObject({ active: true })
    expect(await introspect(issuer.opaqueToken({ claims: { exp: '1' } }))).toMatchObject({ active: true, exp: '1' })
  })

  test('are all that the issuer did not mint, and revoke refuses them', async () => {
    await using other = await createTestIssuer({ algorithm: 'ES256', clock })
    const replaced = issuer.signingKey
    await issuer.replaceKey()
    for (const token of [
      'unknown',
      '__proto__',
      other.opaqueToken(),
      await other.token(),
      await issuer.token({ key: other.signingKey }),
      await issuer.token({ key: replaced }),
      await issuer.forge('typ-missing'),
    ]) {
      expect(await introspect(token)).toEqual({ active: false })
      expect(() => issuer.revoke(token)).toThrow(new TypeError('revoke: this issuer has not minted the token'))
    }
  })

  test('are not JWT access tokens under an old or withdrawn key of the issuer', async () => {
    const token = await issuer.token({ scope: 'a' })
    await issuer.rotateKeys({ keepOld: false })
    const claims = claimsOf(token)
    expect(await introspect(token)).toEqual({ active: true, token_type: 'Bearer', ...claims })
    expect(await introspect(await issuer.token({ key: 'key-1' }))).toMatchObject({ active: true })
  })
})
