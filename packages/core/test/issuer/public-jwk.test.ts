import { describe, expect, test } from 'vitest'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { bytesOf, ED25519, modulusOf, P256, P384, P521, RSA } from '../support/key-material.ts'
import { keys } from '../support/tokens.ts'

type Members = Readonly<Record<string, unknown>>

const read = (jwk: Members, allowed: string[] = [...ALGORITHMS.keys()]) =>
  readPublicJwk(jwk, new Map([...ALGORITHMS].filter(([name]) => allowed.includes(name))))
const reasonOf = (jwk: Members, allowed?: string[]) => {
  const result = read(jwk, allowed)
  return 'ignored' in result ? result.ignored : undefined
}
const without = (jwk: Members, member: string) =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== member))
const padded = (member: unknown) => Buffer.concat([Buffer.from([0]), bytesOf(member)]).toString('base64url')
const shortened = (member: unknown) => bytesOf(member).subarray(1).toString('base64url')
const exponent = (...bytes: number[]) => Buffer.from(bytes).toString('base64url')

const BASE64URL = 'n or e is missing or not base64url'
const ZEROS = 'n or e has leading zeros'
const EXPONENT = 'its exponent is even or below 65537'
const LENGTH = 'x or y has the wrong length'

describe('RSA keys (RFC 7518 sections 3.3 and 6.3.1)', () => {
  test.each<[string, Members, string]>([
    ['1024 bits', { n: modulusOf(1024) }, 'its modulus is shorter than 2048 bits'],
    ['2047 bits', { n: modulusOf(2047) }, 'its modulus is shorter than 2048 bits'],
    ['8193 bits', { n: modulusOf(8193) }, 'its modulus is longer than 8192 bits'],
    ['16384 bits', { n: modulusOf(16_384) }, 'its modulus is longer than 8192 bits'],
    ['exponent 0', { e: exponent(0) }, ZEROS],
    ['exponent 1, under which the padded digest is its own signature', { e: exponent(1) }, EXPONENT],
    ['exponent 3', { e: exponent(3) }, EXPONENT],
    ['exponent 65535', { e: exponent(0xff, 0xff) }, EXPONENT],
    ['an even exponent', { e: exponent(1, 0, 2) }, EXPONENT],
    ['exponent 65536', { e: exponent(1, 0, 0) }, EXPONENT],
    ['an exponent of 33 bits', { e: exponent(1, 0, 0, 0, 1) }, 'its exponent is longer than 32 bits'],
    ['leading zeros in n', { n: padded(RSA.n) }, ZEROS],
    ['leading zeros in e', { e: exponent(0, 1, 0, 1) }, ZEROS],
    ['no n', { n: undefined }, BASE64URL],
    ['no e', { e: undefined }, BASE64URL],
    ['an empty e', { e: '' }, BASE64URL],
    ['a number as e', { e: 65_537 }, BASE64URL],
    ['padding in n', { n: `${RSA.n}=` }, BASE64URL],
    ['the base64 alphabet in n', { n: `+${RSA.n?.slice(1)}` }, BASE64URL],
    ['e with bits that decoding drops', { e: 'AQABAR' }, BASE64URL],
  ])('%s is left aside', (_name, change, reason) => {
    expect(reasonOf(RSA)).toBeUndefined()
    expect(reasonOf({ ...RSA, ...change })).toBe(reason)
  })

  test.each<[string, Members]>([
    ['2048 bits', { n: modulusOf(2048) }],
    ['2049 bits', { n: modulusOf(2049) }],
    ['8192 bits', { n: modulusOf(8192) }],
    ['exponent 65537', { e: exponent(1, 0, 1) }],
    ['exponent 65539', { e: exponent(1, 0, 3) }],
    ['the largest exponent of 32 bits', { e: exponent(255, 255, 255, 255) }],
  ])('%s is taken', (_name, change) => {
    expect(reasonOf({ ...RSA, ...change })).toBeUndefined()
  })
})

describe('EC keys (RFC 7518 section 6.2.1)', () => {
  for (const honest of [P256, P384, P521]) {
    test.each<[string, Members, string]>([
      ['x with a zero in front', { x: padded(honest.x) }, LENGTH],
      ['y with a zero in front', { y: padded(honest.y) }, LENGTH],
      ['x one byte short', { x: shortened(honest.x) }, LENGTH],
      ['y one byte short', { y: shortened(honest.y) }, LENGTH],
      ['no y', { y: undefined }, LENGTH],
      ['an empty x', { x: '' }, LENGTH],
      ['padding in x', { x: `${honest.x}=` }, LENGTH],
      ['a number as x', { x: 1 }, LENGTH],
      ['secp256k1', { crv: 'secp256k1' }, 'its crv is not supported'],
      ['the curve of another length', { crv: honest.crv === 'P-256' ? 'P-384' : 'P-256' }, LENGTH],
      ['a curve that is a name of Object.prototype', { crv: 'constructor' }, 'its crv is not supported'],
      ['no curve', { crv: undefined }, 'its crv is not supported'],
      ['a list with its curve', { crv: [honest.crv] }, 'its crv is not supported'],
    ])(`${honest.crv}: %s is left aside`, (_name, change, reason) => {
      expect(reasonOf(honest)).toBeUndefined()
      expect(reasonOf({ ...honest, ...change })).toBe(reason)
    })
  }
})

describe('OKP keys (RFC 8037 section 2)', () => {
  test.each<[string, Members, string]>([
    ['X25519', { crv: 'X25519' }, 'its crv is not supported'],
    ['Ed448', { crv: 'Ed448' }, 'its crv is not supported'],
    ['31 bytes', { x: shortened(ED25519.x) }, 'x has the wrong length'],
    ['33 bytes', { x: padded(ED25519.x) }, 'x has the wrong length'],
    ['no x', { x: undefined }, 'x has the wrong length'],
    ['padding', { x: `${ED25519.x}=` }, 'x has the wrong length'],
  ])('%s is left aside', (_name, change, reason) => {
    expect(reasonOf(ED25519)).toBeUndefined()
    expect(reasonOf({ ...ED25519, ...change })).toBe(reason)
  })
})

describe('keys that must not or do not verify (RFC 7517 section 4)', () => {
  const SHARED = 'it is a shared secret, which must never be published'
  const PRIVATE = 'it has private members, which must never be published'
  test.each<[string, Members, string]>([
    ['a shared secret', { kty: 'oct', k: 'c2VjcmV0' }, SHARED],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((member): [string, Members, string] => [
      `a private member ${member}`,
      { [member]: 'AQAB' },
      PRIVATE,
    ]),
    ['a private member that is null', { d: null }, PRIVATE],
    ['use enc', { use: 'enc' }, 'its use is not sig'],
    ['use null', { use: null }, 'its use is not sig'],
    ['use SIG', { use: 'SIG' }, 'its use is not sig'],
    ['an alg that is no string', { alg: ['RS256'] }, 'alg is not a string'],
    ['key_ops for signing alone', { key_ops: ['sign'] }, 'its key_ops do not include verify'],
    ['empty key_ops', { key_ops: [] }, 'its key_ops do not include verify'],
    ['key_ops that are a string', { key_ops: 'verify' }, 'key_ops is malformed'],
    ['key_ops with a duplicate', { key_ops: ['verify', 'verify'] }, 'key_ops is malformed'],
    ['kty AKP', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AQAB' }, 'its kty is not supported'],
    ['no kty', { kty: undefined }, 'its kty is not supported'],
    ['kty in lower case', { kty: 'rsa' }, 'its kty is not supported'],
    ['a kid that is a number', { kid: 1 }, 'kid is not a string'],
    ['a kid that is null', { kid: null }, 'kid is not a string'],
  ])('%s is left aside', (_name, change, reason) => {
    expect(reasonOf({ ...RSA, use: 'sig', key_ops: ['verify', 'sign'], kid: 'a' })).toBeUndefined()
    expect(reasonOf({ ...RSA, ...change })).toBe(reason)
  })

  test('a key that is left aside is named by its kid, for the operator', () => {
    expect(read({ ...RSA, kid: 'weak', use: 'enc' })).toEqual({ kid: 'weak', ignored: 'its use is not sig' })
  })
})

describe('the algorithms that a key may be used with (RFC 8725 section 3.1)', () => {
  test.each<[string, Members, string | undefined, string[]]>([
    ['RSA', RSA, undefined, ['RS256']],
    ['RSA that names PS256', RSA, 'PS256', ['PS256']],
    ['P-256', P256, undefined, ['ES256']],
    ['P-384', P384, undefined, ['ES384']],
    ['P-521', P521, undefined, ['ES512']],
    ['Ed25519', ED25519, undefined, ['Ed25519', 'EdDSA']],
    ['Ed25519 that names EdDSA', ED25519, 'EdDSA', ['EdDSA']],
  ])('%s', (_name, jwk, alg, names) => {
    const result = read({ ...jwk, ...(alg && { alg }) })
    expect('algorithms' in result && result.algorithms.map(({ name }) => name)).toEqual(names)
  })

  test('an RSA key without alg takes the first that is listed, whichever that is', () => {
    for (const listed of [['PS256'], ['PS512', 'RS256'], ['ES256', 'RS384', 'PS384']]) {
      const result = readPublicJwk(RSA, new Map(listed.map(name => [name, ALGORITHMS.get(name) as never])))
      expect('algorithms' in result && result.algorithms.map(({ name }) => name)).toEqual(
        listed.filter(name => name !== 'ES256').slice(0, 1),
      )
    }
  })

  test.each<[string, Members, string[]]>([
    ['that its alg excludes', { ...RSA, alg: 'RS512' }, ['RS256']],
    ['that its kty excludes', { ...RSA, alg: 'ES256' }, ['ES256']],
    ['that its curve excludes', { ...P384, alg: 'ES256' }, ['ES256', 'ES384']],
    ['for encryption', { ...RSA, alg: 'RSA-OAEP' }, ['RS256']],
    ['for a shared secret', { ...RSA, alg: 'HS256' }, ['RS256']],
  ])('a key is left aside for an algorithm %s', (_name, jwk, allowed) => {
    expect(reasonOf(without(jwk, 'alg'), [...ALGORITHMS.keys()])).toBeUndefined()
    expect(reasonOf(jwk, allowed)).toBe('no allowed algorithm fits it')
  })

  test('what is handed on has the public members and nothing else', async () => {
    const published = { ...(await keys('RS256')).publicJwk, use: 'sig', x5c: ['MII'], x: 'AQAB', extra: 1 }
    const result = read(published)
    expect('jwk' in result && Object.keys(result.jwk).sort()).toEqual(['e', 'kty', 'n'])
  })
})
