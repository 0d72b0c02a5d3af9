import { describe, expect, test } from 'vitest'
import { createKeyRing, type KeyRing } from '../../src/issuer/key-ring.ts'
import type { VerificationKey } from '../../src/issuer/verification-key.ts'
import { ALGORITHMS, type Algorithm } from '../../src/shared/algorithms.ts'
import { ED25519, P256, RSA } from '../support/key-material.ts'
import { engineOf } from '../support/signatures.ts'
import { keys, type Members } from '../support/tokens.ts'

const ENGINE = engineOf('node')
const ring = (jwks: readonly Members[], previous?: KeyRing) =>
  createKeyRing(jwks, ALGORITHMS, ENGINE, previous, 'https://login.example.com')
const algorithm = (name: string) => ALGORITHMS.get(name) as Algorithm
const only = (found: readonly VerificationKey[]) => {
  expect(found).toHaveLength(1)
  return found[0] as VerificationKey
}

const A: Members = { ...P256, kid: 'a' }
const B: Members = { ...(await keys('ES256', 'b')).publicJwk }
const OTHER: Members = { ...(await keys('ES256', 'a')).publicJwk, alg: undefined }

describe('a refresh', () => {
  test('keeps the identity of a key whose material is the same, so that its tokens stay known', async () => {
    const before = await ring([A, B])
    const after = await ring([B, { ...A, use: 'sig', x5t: 'new' }], before)
    expect(only(after.find(algorithm('ES256'), 'a'))).toBe(only(before.find(algorithm('ES256'), 'a')))
    expect(new Set(after.keys)).toEqual(new Set(before.keys))
    expect(after).not.toBe(before)
  })

  test('gives new material under the same kid a new identity, so that the tokens of the old are not believed', async () => {
    const before = await ring([A])
    const after = await ring([OTHER], before)
    const [old, replaced] = [only(before.find(algorithm('ES256'), 'a')), only(after.find(algorithm('ES256'), 'a'))]
    expect(replaced).not.toBe(old)
    expect(after.keys).not.toContain(old)
  })

  test('gives the same material under another kid a new identity', async () => {
    const before = await ring([A])
    const after = await ring([{ ...A, kid: 'c' }], before)
    expect(after.keys).not.toContain(only(before.find(algorithm('ES256'), 'a')))
  })

  test('drops a key that is no longer listed', async () => {
    const before = await ring([A, B])
    const after = await ring([B], before)
    expect(after.find(algorithm('ES256'), 'a')).toEqual([])
    expect(after.keys).toHaveLength(1)
    expect(before.keys).toHaveLength(2)
  })

  test('drops an algorithm that the key now excludes', async () => {
    const before = await ring([{ ...ED25519, kid: 'a' }])
    const after = await ring([{ ...ED25519, kid: 'a', alg: 'EdDSA' }], before)
    expect(only(before.find(algorithm('Ed25519'), 'a'))).toBeDefined()
    expect(after.find(algorithm('Ed25519'), 'a')).toEqual([])
    expect(only(after.find(algorithm('EdDSA'), 'a'))).toBe(only(before.find(algorithm('EdDSA'), 'a')))
  })
})

describe('find', () => {
  test('takes the key of exactly this kid and algorithm (RFC 7515 section 4.1.4)', async () => {
    const made = await ring([A, B, { ...RSA, kid: 'a' }])
    expect(only(made.find(algorithm('ES256'), 'a'))).toMatchObject({ kid: 'a', algorithm: algorithm('ES256') })
    expect(only(made.find(algorithm('RS256'), 'a'))).toMatchObject({ kid: 'a', algorithm: algorithm('RS256') })
    expect(made.find(algorithm('ES256'), 'A')).toEqual([])
    expect(made.find(algorithm('ES384'), 'a')).toEqual([])
    expect(made.find(algorithm('ES256'), '__proto__')).toEqual([])
  })

  test('without kid takes whatever fits the algorithm', async () => {
    const made = await ring([A, { ...RSA, kid: 'r' }])
    expect(only(made.find(algorithm('ES256'), undefined))).toMatchObject({ kid: 'a' })
    expect((await ring([A, B])).find(algorithm('ES256'), undefined)).toHaveLength(2)
  })

  test('a token with a kid is not given a key without one', async () => {
    const made = await ring([P256])
    expect(made.find(algorithm('ES256'), 'a')).toEqual([])
    expect(made.find(algorithm('ES256'), undefined)).toHaveLength(1)
  })

  test('gives every key where an issuer uses one kid twice: the caller refuses to guess (RFC 7517 section 4.5)', async () => {
    expect((await ring([A, OTHER])).find(algorithm('ES256'), 'a')).toHaveLength(2)
  })

  test('the same key listed twice is one key', async () => {
    expect((await ring([A, { ...A }])).find(algorithm('ES256'), 'a')).toHaveLength(1)
  })
})

describe('a member that cannot be used is left aside and the others stay (RFC 7517 section 5)', () => {
  test.each<[string, Members, string]>([
    ['a point off its curve', { ...P256, x: P256.y, y: P256.x, kid: 'bad' }, 'its key material is invalid'],
    ['a private key', { ...P256, d: 'AQAB', kid: 'bad' }, 'it has private members, which must never be published'],
    ['an unknown kty', { kty: 'new', kid: 'bad' }, 'its kty is not supported'],
    ['for encryption', { ...ED25519, use: 'enc', kid: 'bad' }, 'its use is not sig'],
  ])('%s', async (_name, jwk, reason) => {
    const made = await ring([A, jwk, B])
    expect(made.ignored).toEqual([{ kid: 'bad', ignored: reason }])
    expect(made.keys.map(({ kid }) => kid)).toEqual(['a', 'b'])
  })

  test('the same holds for the jose engine', async () => {
    const bad = { ...P256, x: P256.y, y: P256.x, kid: 'bad' }
    const made = await createKeyRing([A, bad, B], ALGORITHMS, engineOf('jose'), undefined, 'https://login.example.com')
    expect(made.ignored).toEqual([{ kid: 'bad', ignored: 'its key material is invalid' }])
    expect(made.keys).toHaveLength(2)
  })
})

test('a key without alg serves the first allowed algorithm that fits it and no other (RFC 8725 section 3.1)', async () => {
  const made = await ring([{ ...RSA, kid: 'a' }])
  expect(made.keys.map(key => key.algorithm.name)).toEqual(['RS256'])
  expect(made.find(algorithm('PS256'), 'a')).toEqual([])
})
