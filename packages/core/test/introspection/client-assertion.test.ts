import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { clientAssertion } from '../../src/introspection/client-assertion.ts'
import { ISSUER, NOW } from '../support/tokens.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = { privateKey, algorithm: 'ES256', keyId: 'key-1' as string | undefined }
const assert = (now = NOW * 1000, changes: Partial<typeof key> = {}) =>
  clientAssertion('reports-api', ISSUER, { ...key, ...changes }, now)
const read = (assertion: string) =>
  assertion
    .split('.')
    .slice(0, 2)
    .map(part => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>)

describe('the assertion of a client (RFC 7523 section 3)', () => {
  test('has exactly these members, and is believed for a minute', async () => {
    const [header, payload] = read(await assert(NOW * 1000 + 999))
    expect(header).toEqual({ alg: 'ES256', kid: 'key-1' })
    expect(payload).toEqual({
      iss: 'reports-api',
      sub: 'reports-api',
      aud: ISSUER,
      jti: expect.any(String),
      iat: NOW,
      exp: NOW + 60,
    })
  })

  test('is signed by the key: node:crypto and jose agree', async () => {
    const assertion = await assert()
    const dot = assertion.lastIndexOf('.')
    const signature = Buffer.from(assertion.slice(dot + 1), 'base64url')
    const options = {
      key: createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })),
      dsaEncoding: 'ieee-p1363',
    }
    expect(verify('sha256', Buffer.from(assertion.slice(0, dot)), options as never, signature)).toBe(true)
    const jwks = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1' }] })
    await jwtVerify(assertion, jwks, { currentDate: new Date(NOW * 1000), audience: ISSUER, issuer: 'reports-api' })
  })

  test('names no key where none was named', async () => {
    expect(read(await assert(undefined, { keyId: undefined }))[0]).toEqual({ alg: 'ES256' })
  })

  test('is never the same twice, also within one millisecond', async () => {
    const assertions = await Promise.all(Array.from({ length: 200 }, () => assert()))
    expect(new Set(assertions.map(assertion => read(assertion)[1]?.jti)).size).toBe(200)
  })

  test('is no access token: it has no typ that says so, and no client_id', async () => {
    const [header, payload] = read(await assert())
    expect(header).not.toHaveProperty('typ')
    expect(payload).not.toHaveProperty('client_id')
  })
})
