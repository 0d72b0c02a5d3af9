import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  createAuthority,
  createClientCertificate,
  createDpopKey,
  createTestIssuer,
  forgedKeys,
  type TestAlgorithm,
  type TestIssuer,
  type TokenInput,
  testClock,
} from '../src/index.ts'
import { AUDIENCE, claimsOf, headerOf, verifyByJose } from './support.ts'

const clock = testClock('2026-03-01T12:00:00.900Z')
const NOW = Date.UTC(2026, 2, 1, 12) / 1000
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ clock, algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

test('mints by default a token that is valid by RFC 9068 section 2', async () => {
  const token = await issuer.token()
  expect(headerOf(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' })
  expect(claimsOf(token)).toEqual({
    iss: issuer.issuer,
    sub: 'test-client',
    aud: AUDIENCE,
    client_id: 'test-client',
    iat: NOW,
    exp: NOW + 300,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  await verifyByJose(issuer, token)
})

test('gives every token its own jti', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token()))
  expect(new Set(tokens.map(token => claimsOf(token).jti)).size).toBe(20)
})

test('puts every input where it belongs', async () => {
  const token = await issuer.token({
    audience: [AUDIENCE, 'https://other.example'],
    scope: ['controls:read', 'controls:write'],
    clientId: 'importer',
    subject: 'user-1',
    expiresInSeconds: 60,
  })
  expect(claimsOf(token)).toMatchObject({
    aud: [AUDIENCE, 'https://other.example'],
    scope: 'controls:read controls:write',
    client_id: 'importer',
    sub: 'user-1',
    exp: NOW + 60,
  })
  await verifyByJose(issuer, token)
})

test('takes scope as one string too, and the client id as the subject', async () => {
  const token = await issuer.token({ scope: 'a b', clientId: 'importer' })
  expect(claimsOf(token)).toMatchObject({ scope: 'a b', sub: 'importer' })
})

test('lets claims and header parameters be added, replaced and left out', async () => {
  const token = await issuer.token({
    claims: { tenant: 't1', sub: 'replaced', jti: undefined },
    header: { typ: 'JWT', kid: undefined, extra: 1 },
  })
  expect(headerOf(token)).toEqual({ alg: 'ES256', typ: 'JWT', extra: 1 })
  const claims = claimsOf(token)
  expect(claims).toMatchObject({ tenant: 't1', sub: 'replaced' })
  expect(claims).not.toHaveProperty('jti')
})

test('binds a token to a DPoP key, a client certificate, or both (RFC 9449 section 6.1, RFC 8705 section 3.1)', async () => {
  const key = await createDpopKey()
  const certificate = createClientCertificate()
  const cnf = async (input: TokenInput) => claimsOf(await issuer.token(input)).cnf
  expect(await cnf({ boundTo: key })).toEqual({ jkt: key.thumbprint })
  expect(await cnf({ boundTo: certificate })).toEqual({ 'x5t#S256': certificate.thumbprint })
  expect(await cnf({ boundTo: [key, certificate] })).toEqual({
    jkt: key.thumbprint,
    'x5t#S256': certificate.thumbprint,
  })
  const issued = createAuthority('test authority').issue('importer')
  const { fingerprint256 } = new X509Certificate(issued.certificate)
  expect(await cnf({ boundTo: issued })).toEqual({
    'x5t#S256': Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
  })
  expect(await cnf({ boundTo: forgedKeys.p256OffCurve })).toEqual({ jkt: expect.stringMatching(/^[\w-]{43}$/) })
  expect(await cnf({ boundTo: key, claims: { cnf: { jkt: 'x' } } })).toEqual({ jkt: 'x' })
  await expect(issuer.token({ boundTo: {} as never })).rejects.toThrow('boundTo must be a key of createDpopKey, a ')
})

test('keeps a claim called __proto__ as a claim', async () => {
  const token = await issuer.token({ claims: JSON.parse('{"__proto__":{"admin":true}}') })
  expect(Object.getOwnPropertyDescriptor(claimsOf(token), '__proto__')?.value).toEqual({ admin: true })
})

test('mints expired tokens where the life is negative', async () => {
  const token = await issuer.token({ expiresInSeconds: -1 })
  expect(claimsOf(token).exp).toBe(NOW - 1)
  await expect(verifyByJose(issuer, token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
})

test.each<TestAlgorithm>([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
])('jose accepts tokens signed with %s', async algorithm => {
  await using one = await createTestIssuer({ algorithm, accessTokenLifetimeSeconds: 7 })
  const { protectedHeader, payload } = await verifyByJose(one, await one.token())
  expect(protectedHeader.alg).toBe(algorithm)
  expect(payload.exp! - payload.iat!).toBe(7)
})
