import { constants, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestIssuer, type ForgedKeyName, forgedKeys, type TestIssuer } from '../../src/index.ts'
import { AUDIENCE, claimsOf, headerOf } from '../support.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

/** What OpenSSL makes of the signature. */
/** Node refuses points of small order by itself from 24 on. */
const TAKES_WEAK_POINTS = Number.parseInt(process.versions.node, 10) < 24

const VERIFIES_IN_NODE: Readonly<Record<ForgedKeyName, boolean>> = {
  rsa1024: true,
  rsaExponentOne: true,
  rsaExponentThree: true,
  rsaExponentEven: true,
  rsaExponentHuge: true,
  rsaModulusHuge: true,
  rsaRoca: true,
  ed25519LowOrder: TAKES_WEAK_POINTS,
  ed25519NonCanonical: TAKES_WEAK_POINTS,
  p256OffCurve: false,
  p256LongCoordinate: true,
  privateMembers: true,
  symmetric: false,
  useEnc: true,
  keyOpsWithoutVerify: true,
}

/** Keys that jose uses although nobody should. */
const ACCEPTED_BY_JOSE: readonly ForgedKeyName[] = [
  'rsaExponentOne',
  'rsaExponentThree',
  'rsaExponentEven',
  'rsaExponentHuge',
  'rsaModulusHuge',
  'rsaRoca',
  ...(TAKES_WEAK_POINTS ? (['ed25519LowOrder', 'ed25519NonCanonical'] as const) : []),
  'p256LongCoordinate',
]

describe.each(Object.keys(forgedKeys) as ForgedKeyName[])('%s', name => {
  const forged = forgedKeys[name]

  test('is one key, described, with a kid and an alg', () => {
    expect(forged.jwk).toEqual(forged.jwk)
    expect(forged.jwk).toMatchObject({ kid: 'forged', alg: forged.algorithm, kty: expect.any(String) })
    expect(forged.description).not.toBe('')
    expect(forged.attack).toMatch(/^KEY\d+$/)
  })

  test('signs tokens of the issuer', async () => {
    const token = await issuer.tokenUnder(forged, { scope: 'controls:read' })
    expect(headerOf(token)).toEqual({ alg: forged.algorithm, typ: 'at+jwt', kid: 'forged' })
    expect(claimsOf(token)).toMatchObject({ iss: issuer.issuer, aud: AUDIENCE, scope: 'controls:read' })
  })

  test('makes signatures that fit wherever the key can be used at all', () => {
    for (const input of ['one', 'two', 'three']) expect(nodeVerifies(name, input)).toBe(VERIFIES_IN_NODE[name])
  })

  test('is judged by jose as expected', async () => {
    issuer.publish({ keys: [forged.jwk] })
    const keySet = (await (await fetch(issuer.jwksUri)).json()) as Parameters<typeof createLocalJWKSet>[0]
    const verdict = jwtVerify(await issuer.tokenUnder(forged), createLocalJWKSet(keySet), {
      issuer: issuer.issuer,
      audience: AUDIENCE,
      algorithms: [forged.algorithm],
    })
    if (ACCEPTED_BY_JOSE.includes(name)) await verdict
    else await expect(verdict).rejects.toThrow()
  })
})

function nodeVerifies(name: ForgedKeyName, input: string): boolean {
  const { algorithm, jwk, sign } = forgedKeys[name]
  const data = Buffer.from(input)
  try {
    const key = createPublicKey({ format: 'jwk', key: jwk as JsonWebKey })
    const signature = sign(input)
    if (algorithm === 'Ed25519') return verify(null, data, key, signature)
    if (algorithm === 'ES256') return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
    if (algorithm === 'RS256') return verify('sha256', data, key, signature)
    return verify('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature)
  } catch {
    return false
  }
}
