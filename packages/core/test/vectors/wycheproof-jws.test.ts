import { compactVerify, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { useDocumentServer } from './document-server.ts'
import { ENGINES, EVERY_ALGORITHM, type Jwk, judgeOver } from './token-judge.ts'
import {
  countVerdicts,
  departuresFromLabels,
  expectRefusalsUpToTheSignature,
  readVectorFile,
  testVectors,
  vectorsOf,
  verdictTable,
} from './wycheproof.ts'

/*
 * The payloads of these vectors are no claims sets, so the library answers every one of them with 401 and the status
 * proves nothing. They are judged by the stage that refuses them: a valid one has to get past its signature.
 */
const file = readVectorFile('json_web_signature_test.json')

const ASYMMETRIC = verdictTable({
  verified: [18, 33, [260, 263], [265, 267], [269, 271], [273, 275], 287, 288, [321, 323], [326, 328], 345, 349, 378],
  authorization_malformed: [30, 45],
  token_malformed: [20, 21, 23, 24, [26, 29], 35, 36, 38, 39, [41, 44], 259, 264, 268, 272, 320, 325, [341, 344]],
  algorithm_not_allowed: [31],
  key_unknown: [25, 40, 332, 334, 336, 338, 340, 346, 347, 350, 351, [353, 356]],
  signature_invalid: [
    19,
    22,
    32,
    34,
    37,
    [46, 258],
    [276, 286],
    [289, 319],
    324,
    [329, 331],
    333,
    335,
    337,
    339,
    [379, 401],
  ],
})

const EMPTY_PAYLOAD = 'a claims set is a JSON object, and no bytes are none (RFC 7519 section 7.2 step 10)'
const OTHER_ALGORITHM = 'the JWK says PS256, the token PS384: one key, one algorithm (RFC 7517 4.4, RFC 8725 3.1)'
const NO_ALGORITHM =
  'the JWK says ES521, which is no algorithm (RFC 7518 3.1), so no token is meant for it (RFC 7517 4.4)'

/** Labelled valid, and refused all the same. Nothing that is labelled invalid is accepted. */
const OVERRIDES: ReadonlyMap<number, string> = new Map([
  [259, EMPTY_PAYLOAD],
  [264, EMPTY_PAYLOAD],
  [268, EMPTY_PAYLOAD],
  [272, EMPTY_PAYLOAD],
  [320, EMPTY_PAYLOAD],
  [325, EMPTY_PAYLOAD],
  [346, OTHER_ALGORITHM],
  [347, NO_ALGORITHM],
  [350, OTHER_ALGORITHM],
  [351, NO_ALGORITHM],
])

/** Shared secrets cannot be configured (RFC 8725 section 3.1), so no label counts here. */
const SYMMETRIC = verdictTable({
  authorization_malformed: [13, 17, [360, 366], [368, 369], [371, 373]],
  token_malformed: [3, 4, 6, 7, [9, 12], [14, 16], 374, 375],
  algorithm_not_allowed: [1, 2, 5, 8, 348, 352, [357, 359], 367, 370, 376, 377],
})

describe('the file and the tables', () => {
  test('hold 401 vectors, 361 over public keys and 40 over shared secrets', () => {
    expect(file.numberOfTests).toBe(401)
    expect(vectorsOf(file.asymmetric)).toHaveLength(361)
    expect(vectorsOf(file.symmetric)).toHaveLength(40)
    expect(file.asymmetric).toHaveLength(19)
    expect(file.symmetric).toHaveLength(4)
    expect([...ASYMMETRIC.keys(), ...SYMMETRIC.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 401 }, (_, i) => i + 1),
    )
  })

  test('accept 26 of the asymmetric vectors and refuse 335, for these reasons', () => {
    expect(countVerdicts(ASYMMETRIC)).toEqual({
      verified: 26,
      authorization_malformed: 2,
      token_malformed: 26,
      algorithm_not_allowed: 1,
      key_unknown: 15,
      signature_invalid: 291,
    })
    expectRefusalsUpToTheSignature(ASYMMETRIC)
  })

  test('refuse all 40 symmetric vectors, for these reasons', () => {
    expect(countVerdicts(SYMMETRIC)).toEqual({
      authorization_malformed: 14,
      token_malformed: 13,
      algorithm_not_allowed: 13,
    })
    expectRefusalsUpToTheSignature(SYMMETRIC)
  })

  test('depart from the labels for the 10 overridden vectors alone, all towards refusal', () => {
    expect(OVERRIDES.size).toBe(10)
    expect(departuresFromLabels(vectorsOf(file.asymmetric), ASYMMETRIC)).toEqual([...OVERRIDES.keys()])
    for (const tcId of OVERRIDES.keys()) expect(file.vector(tcId).result).toBe('valid')
  })

  test('were made with every algorithm that can be configured, and all of those are asymmetric (RFC 7518 section 3.1)', () => {
    expect([...ALGORITHMS.keys()]).toEqual(EVERY_ALGORITHM)
    expect(new Set([...ALGORITHMS.values()].map(({ kty }) => kty))).toEqual(new Set(['RSA', 'EC', 'OKP']))
  })
})

describe.each(ENGINES)('with the %s engine, Wycheproof JWS', engine => {
  const server = useDocumentServer()
  const judge = (name: string, keys: readonly Jwk[]) => judgeOver(server(), engine, `/${engine}/${name}`, keys)

  describe('vectors over public keys', () => {
    testVectors(file.asymmetric, ASYMMETRIC, engine, server)
  })

  describe('vectors over shared secrets', () => {
    testVectors(file.symmetric, SYMMETRIC, engine, server)

    test.each(file.symmetric)(
      'a key set of vector $tests.0.tcId… with a secret in it leaves no key (RFC 7517 section 9.2)',
      async ({ published, tests }) => {
        const report = await judge(`secret/${tests[0]?.tcId}`, published).fetchKeys()
        expect(report.keys).toBe(0)
        expect(report.ignored.map(({ ignored }) => ignored)).toEqual([
          'it is a shared secret, which must never be published',
        ])
      },
    )
  })

  test.each([
    [346, 'PS384'],
    [347, 'ES512'],
    [350, 'PS384'],
    [351, 'ES512'],
  ])('vector %i verifies once its JWK says %s: nothing but that was wrong', async (tcId, alg) => {
    const repaired = file.group(tcId).published.map(jwk => ({ ...jwk, alg }))
    expect(await judge(`repaired/${tcId}`, repaired).judge(file.vector(tcId).jws)).toBe('verified')
  })

  test.each([
    [353, 33],
    [354, 18],
    [355, 33],
    [356, 18],
  ])(
    'vector %i is the token of vector %i under the same key with a use that does not verify (RFC 7517 sections 4.2 and 4.3)',
    async (tcId, honest) => {
      expect(file.vector(tcId).jws).toBe(file.vector(honest).jws)
      expect(materialOf(tcId)).toEqual(materialOf(honest))
      const { use, key_ops, ...unmarked } = file.group(tcId).published[0] as Jwk
      expect(await judge(`unmarked/${tcId}`, [unmarked]).judge(file.vector(tcId).jws)).toBe('verified')
    },
  )

  test('the empty signatures of vectors 341 to 344 hide their alg, which is refused with a signature too (RFC 7518 section 3.6)', async () => {
    const over = judge('none', file.group(341).published)
    for (const tcId of [341, 342, 343, 344]) {
      expect(file.vector(tcId).jws.endsWith('.')).toBe(true)
      expect(await over.judge(`${file.vector(tcId).jws}AAAA`)).toBe('algorithm_not_allowed')
    }
  })

  test('the key in the header of vector 32 does verify it, and is not looked at (RFC 7515 section 4.1.3)', async () => {
    const { jws } = file.vector(32)
    const { jwk } = JSON.parse(Buffer.from(jws.split('.', 1)[0] as string, 'base64url').toString()) as { jwk: Jwk }
    expect(await judge('embedded', [{ ...jwk, kid: 'kid-ec-sign' }]).judge(jws)).toBe('verified')
    expect(await judge('issuer', file.group(32).published).judge(jws)).toBe('signature_invalid')
  })
})

describe('labels that cannot be followed', () => {
  test.each([259, 264, 268, 272, 320, 325])('vector %i is genuine: only its empty payload is refused', async tcId => {
    const jwk = file.group(tcId).published[0] as Jwk
    const { payload } = await compactVerify(file.vector(tcId).jws, await importJWK({ ...jwk }, jwk.alg as string))
    expect(payload).toHaveLength(0)
  })

  test.each([367, 370])('vector %i is labelled invalid and is byte for byte the valid vector 357', tcId => {
    expect(file.vector(tcId).result).toBe('invalid')
    expect(file.vector(357).result).toBe('valid')
    expect(file.vector(tcId).jws).toBe(file.vector(357).jws)
    expect(SYMMETRIC.get(tcId)).toBe(SYMMETRIC.get(357))
  })

  test.each([372, 373])(
    'vector %i is labelled valid with a "?" in it, which base64url does not have (RFC 7515 section 5.2)',
    tcId => {
      expect(file.vector(tcId).result).toBe('valid')
      expect(file.vector(tcId).jws).toContain('?')
      expect(SYMMETRIC.get(tcId)).toBe('authorization_malformed')
    },
  )
})

function materialOf(tcId: number): Jwk {
  const { kty, crv, x, y, n, e } = file.group(tcId).published[0] as Jwk
  return { kty, crv, x, y, n, e }
}
