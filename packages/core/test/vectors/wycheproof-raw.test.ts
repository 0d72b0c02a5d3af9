import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type CryptoKey, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import type { ImportedKey } from '../../src/issuer/verification-key.ts'
import { ALGORITHMS, type Algorithm, type AlgorithmName } from '../../src/shared/algorithms.ts'
import type { DecodedToken } from '../../src/token/decode-token.ts'
import { engineOf, nextTurn } from '../support/signatures.ts'
import type { Jwk } from './token-judge.ts'

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly msg: string
  readonly sig: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

interface Group {
  readonly publicKeyDer: string
  readonly tests: readonly Vector[]
}

interface Expected {
  readonly file: string
  readonly algorithm: AlgorithmName
  readonly groups: number
  readonly vectors: number
  readonly valid: number
  readonly invalid: number
  /** Labelled acceptable, and refused here: the encoding of a DigestInfo is one, and not to be read leniently. */
  readonly acceptable: readonly number[]
  /** Vectors under keys that are not imported at all, with the reason. */
  readonly ignored: Readonly<Record<string, readonly number[]>>
  /** Which algorithm of WebCrypto it is, on which the other engine stands. */
  readonly webCrypto: Parameters<typeof crypto.subtle.verify>[0]
}

const FILES: readonly Expected[] = [
  {
    file: 'ed25519_test.json',
    algorithm: 'Ed25519',
    groups: 78,
    vectors: 151,
    valid: 88,
    invalid: 63,
    acceptable: [],
    ignored: {},
    webCrypto: 'Ed25519',
  },
  {
    file: 'ecdsa_secp256r1_sha256_p1363_test.json',
    algorithm: 'ES256',
    groups: 112,
    vectors: 262,
    valid: 173,
    invalid: 89,
    acceptable: [],
    ignored: {},
    webCrypto: { name: 'ECDSA', hash: 'SHA-256' },
  },
  {
    file: 'rsa_pss_2048_sha256_mgf1_32_test.json',
    algorithm: 'PS256',
    groups: 1,
    vectors: 108,
    valid: 63,
    invalid: 45,
    acceptable: [],
    ignored: {},
    webCrypto: { name: 'RSA-PSS', saltLength: 32 },
  },
  {
    file: 'rsa_signature_2048_sha256_test.json',
    algorithm: 'RS256',
    groups: 3,
    vectors: 259,
    valid: 9,
    invalid: 249,
    acceptable: [8],
    ignored: { 'its exponent is even or below 65537': [258, 259] },
    webCrypto: 'RSASSA-PKCS1-v1_5',
  },
]

const groupsOf = ({ file }: Expected): readonly Group[] =>
  JSON.parse(readFileSync(new URL(`wycheproof/${file}`, import.meta.url), 'utf8')).testGroups

/** Not the JWK of the group: nine groups have none. */
const jwkOf = ({ publicKeyDer }: Group): Jwk => ({
  ...createPublicKey({ key: Buffer.from(publicKeyDer, 'hex'), format: 'der', type: 'spki' }).export({ format: 'jwk' }),
})

/** What an engine gets of a token whose header and claims would be this message. */
const tokenOf = ({ msg, sig }: Vector): DecodedToken =>
  ({ signingInput: Buffer.from(msg, 'hex'), signature: Buffer.from(sig, 'hex') }) as unknown as DecodedToken

describe.each(FILES)('Wycheproof $file through the signature seam, as $algorithm', expected => {
  const { algorithm: name, webCrypto, ignored } = expected
  const algorithm = ALGORITHMS.get(name) as Algorithm
  const groups = groupsOf(expected)
  const refusedKeys = Object.values(ignored).flat()
  const usable = groups.filter(({ tests }) => !tests.some(({ tcId }) => refusedKeys.includes(tcId)))
  const isRight = ({ result }: Vector): boolean => result === 'valid'

  test('holds as many groups and vectors as it should, with as many of each label', () => {
    const vectors = groups.flatMap(({ tests }) => tests)
    const count = (label: Vector['result']) => vectors.filter(({ result }) => result === label).length
    expect([groups.length, vectors.length]).toEqual([expected.groups, expected.vectors])
    expect([count('valid'), count('invalid')]).toEqual([expected.valid, expected.invalid])
    expect(vectors.filter(({ result }) => result === 'acceptable').map(({ tcId }) => tcId)).toEqual(expected.acceptable)
  })

  test('has keys that a key set may hold, but for those named', () => {
    const reasons: Record<string, number[]> = {}
    for (const group of groups) {
      const read = readPublicJwk(jwkOf(group), ALGORITHMS)
      if (!('ignored' in read)) continue
      reasons[read.ignored] = [...(reasons[read.ignored] ?? []), ...group.tests.map(({ tcId }) => tcId)]
    }
    expect(reasons).toEqual(ignored)
  })

  describe.each(usable)('under the key of vectors $tests.0.tcId…', group => {
    let key: ImportedKey
    beforeAll(async () => {
      const read = readPublicJwk(jwkOf(group), ALGORITHMS)
      if ('ignored' in read) throw new Error(read.ignored)
      key = await engineOf('node').importKey(read.jwk, algorithm)
    })

    test('each verdict is the label, alone in its turn of the event loop', async () => {
      for (const vector of group.tests) {
        await nextTurn()
        const verdict = key.verify(tokenOf(vector))
        expect([vector.tcId, typeof verdict, verdict]).toEqual([vector.tcId, 'boolean', isRight(vector)])
      }
    })

    test('and the same by the thread pool, all of them in one turn', async () => {
      await nextTurn()
      const verdicts = await Promise.all(group.tests.map(vector => key.verify(tokenOf(vector))))
      expect(verdicts).toEqual(group.tests.map(isRight))
    })

    test('and by the key that jose imports for the other engine, which takes whole tokens alone', async () => {
      const imported = (await importJWK({ ...jwkOf(group) }, name)) as CryptoKey
      for (const vector of group.tests) {
        const { signature, signingInput } = tokenOf(vector)
        const verdict = await crypto.subtle.verify(webCrypto, imported, signature, signingInput)
        expect([vector.tcId, verdict]).toEqual([vector.tcId, isRight(vector)])
      }
    })
  })
})

test('the four files hold 780 vectors, 333 of them valid; 778 are judged under their key', () => {
  const sum = (count: (file: Expected) => number) => FILES.reduce((total, file) => total + count(file), 0)
  expect(sum(({ vectors }) => vectors)).toBe(780)
  expect(sum(({ valid }) => valid)).toBe(333)
  expect(sum(({ vectors, ignored }) => vectors - Object.values(ignored).flat().length)).toBe(778)
})
