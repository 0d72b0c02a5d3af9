import { createHash, createPrivateKey, type JsonWebKey, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { useDocumentServer } from './document-server.ts'
import { ENGINES, type Jwk, judgeOver } from './token-judge.ts'
import {
  countVerdicts,
  departuresFromLabels,
  expectRefusalsUpToTheSignature,
  readVectorFile,
  testVectors,
  vectorsOf,
  verdictTable,
} from './wycheproof.ts'

const file = readVectorFile('json_web_key_test.json')
const jwsFile = readVectorFile('json_web_signature_test.json')

const ASYMMETRIC = verdictTable({
  verified: [5],
  token_malformed: [8, 9],
  key_unknown: [6, 7, [19, 24]],
})

/** Shared secrets cannot be configured (RFC 8725 section 3.1), so no label counts here. */
const SYMMETRIC = verdictTable({ algorithm_not_allowed: [[1, 4], [10, 18], 25, 26] })

const SECRET = 'it is a shared secret, which must never be published'

/**
 * Why each key of each set is left aside. The set of vector 1 keeps its EC key: one bad member does not spoil a set
 * (RFC 7517 section 5), although Wycheproof's label wants the whole set refused.
 */
const IGNORED_KEYS: ReadonlyMap<number, readonly string[]> = new Map([
  [1, [SECRET]],
  [2, [SECRET, SECRET]],
  [4, [SECRET, SECRET]],
  [5, []],
  [6, ['its use is not sig']],
  [7, ['its modulus can be factored (ROCA, CVE-2017-15361)']],
  [8, ['its modulus is shorter than 2048 bits']],
  [9, ['its exponent is even or below 65537']],
  [10, [SECRET]],
  [11, [SECRET]],
  [12, [SECRET]],
  [13, [SECRET]],
  [14, [SECRET]],
  [15, [SECRET]],
  [16, [SECRET]],
  [17, [SECRET]],
  [18, [SECRET]],
  [19, ['no allowed algorithm fits it']],
  [20, ['no allowed algorithm fits it']],
  [21, ['its use is not sig']],
  [22, ['its key material is invalid']],
  [23, ['x or y has the wrong length']],
  [24, ['n or e is missing or not base64url']],
  [25, [SECRET]],
  [26, [SECRET]],
])

describe('the file and the tables', () => {
  test('hold 26 vectors, 11 over public keys and 15 over shared secrets', () => {
    expect(file.numberOfTests).toBe(26)
    expect(vectorsOf(file.asymmetric)).toHaveLength(11)
    expect(vectorsOf(file.symmetric)).toHaveLength(15)
    expect([...ASYMMETRIC.keys(), ...SYMMETRIC.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 26 }, (_, i) => i + 1),
    )
  })

  test('accept 1 of the asymmetric vectors and refuse 10, and refuse all 15 symmetric ones', () => {
    expect(countVerdicts(ASYMMETRIC)).toEqual({ verified: 1, token_malformed: 2, key_unknown: 8 })
    expect(countVerdicts(SYMMETRIC)).toEqual({ algorithm_not_allowed: 15 })
    expectRefusalsUpToTheSignature(ASYMMETRIC)
    expectRefusalsUpToTheSignature(SYMMETRIC)
  })

  test('follow every label', () => {
    expect(departuresFromLabels(vectorsOf(file.asymmetric), ASYMMETRIC)).toEqual([])
  })
})

describe.each(ENGINES)('with the %s engine, Wycheproof JWK', engine => {
  const server = useDocumentServer()
  const judge = (name: string, keys: readonly Jwk[]) => judgeOver(server(), engine, `/${engine}/${name}`, keys)

  describe('vectors over public keys', () => {
    testVectors(file.asymmetric, ASYMMETRIC, engine, server)
  })

  describe('vectors over shared secrets', () => {
    testVectors(file.symmetric, SYMMETRIC, engine, server)
  })

  describe('the key set', () => {
    test.each([...IGNORED_KEYS])(
      'of vector %i leaves these keys aside: %j (RFC 7517 section 5)',
      async (tcId, reasons) => {
        const { published } = file.group(tcId)
        const report = await judge(`report/${tcId}`, published).fetchKeys()
        expect(report.ignored.map(({ ignored }) => ignored)).toEqual(reasons)
        expect(report.keys).toBe(published.length - reasons.length)
      },
    )

    test('of vector 1 keeps the public key beside the secret (RFC 7517 sections 5 and 9.2)', async () => {
      const mixed = judge('mixed', file.group(1).published)
      expect(await mixed.judge(jwsFile.vector(18).jws)).toBe('verified')
      expect(await mixed.judge(jwsFile.vector(19).jws)).toBe('signature_invalid')
    })
  })

  test('vector 6 is the token of vector 5, whose key has the right use (RFC 7517 section 4.2)', () => {
    expect(file.vector(6).jws).toBe(file.vector(5).jws)
  })

  test.each([19, 20, 21, 22, 23, 24])('vector %i is a genuine token: an intact key verifies it', async tcId => {
    const { jws } = file.vector(tcId)
    expect(jws).toBe(jwsFile.vector(18).jws)
    expect(await judge(`intact/${tcId}`, jwsFile.group(18).published).judge(jws)).toBe('verified')
  })

  test('the empty payload of vector 8 hides its 1024-bit key, which verifies no other token either (RFC 7518 section 3.3)', async () => {
    expect(file.vector(8).jws).toContain('..')
    const strong = file.group(5)
    expect(await judge('2048', strong.published).judge(signRs256(strong.secret[0] as Jwk))).toBe('verified')
    const weak = file.group(8)
    expect(await judge('1024', weak.published).judge(signRs256(weak.secret[0] as Jwk))).toBe('key_unknown')
  })

  test('the empty payload of vector 9 hides its exponent 1, under which anybody can sign anything (RFC 8017 section 8.2.2)', async () => {
    const group = file.group(9)
    expect(file.vector(9).jws).toContain('..')
    expect(group.published[0]?.e).toBe('AQ')
    const signature = Buffer.from(file.vector(9).jws.split('.')[2] as string, 'base64url')
    const emptyPayload = `${file.vector(9).jws.split('.')[0]}.`
    expect(signature).toEqual(paddedSha256(emptyPayload))
    const input = `${file.vector(9).jws.split('.')[0]}.Zm9v`
    const forged = `${input}.${paddedSha256(input).toString('base64url')}`
    expect(await judge('exponent', group.published).judge(forged)).toBe('key_unknown')
  })

  describe('public keys that share a kid, as the secrets of vector 4 do,', () => {
    const rsa = { ...jwsFile.group(33).published[0], kid: 'shared' } as Jwk
    const otherRsa = { ...jwsFile.group(259).published[0], kid: 'shared' } as Jwk
    const ec = { ...jwsFile.group(18).published[0], kid: 'shared' } as Jwk
    const token = () => signRs256({ ...(jwsFile.group(33).secret[0] as Jwk), kid: 'shared' })

    test('are told apart by alg and kty (RFC 7517 section 4.5)', async () => {
      expect(await judge('duplicate/kty', [ec, rsa]).judge(token())).toBe('verified')
    })

    test('are tried where both fit the token (FAPI 2.0 Security Profile section 5.4)', async () => {
      expect(await judge('duplicate/alg', [otherRsa, rsa]).judge(token())).toBe('verified')
    })
  })
})

function signRs256(jwk: Jwk): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: jwk.kid })).toString('base64url')
  const input = `${header}.Zm9v`
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** What a 2048-bit key has to find in a signature (EMSA-PKCS1-v1_5, RFC 8017 section 9.2). */
function paddedSha256(text: string): Buffer {
  const digest = createHash('sha256').update(text).digest()
  const padding = Buffer.alloc(256 - 3 - SHA256_DIGEST_INFO.length - digest.length, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), SHA256_DIGEST_INFO, digest])
}
