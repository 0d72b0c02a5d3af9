import { constants, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS, type AlgorithmName } from '../../src/shared/algorithms.ts'
import { tampered } from '../support/requests.ts'
import { ENGINES, handSigned, NO, verdicts, YES } from '../support/signatures.ts'
import { base64url, keys, mint, type TestKey } from '../support/tokens.ts'

const NAMES = [...ALGORITHMS.keys()] as AlgorithmName[]
const KEYS = new Map<AlgorithmName, TestKey>(
  await Promise.all(NAMES.map(async name => [name, await keys(name)] as const)),
)
const keyFor = (name: AlgorithmName) => KEYS.get(name) as TestKey
const DIGEST = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' } as const
const BYTES = { ES256: 64, ES384: 96, ES512: 132 } as const
const PSS = ['PS256', 'PS384', 'PS512'] as const
const ECDSA = Object.keys(BYTES) as (keyof typeof BYTES)[]

describe.each(ENGINES)('the engine %s', (_engine, engine) => {
  describe.each(NAMES)('%s (RFC 7518 section 3.1, RFC 9864)', name => {
    const key = keyFor(name)

    test('accepts a genuine token, and none that was changed in one character', async () => {
      const token = await mint(key)
      expect(await verdicts(engine, key, token)).toEqual(YES)
      expect(await verdicts(engine, key, tampered(token, 2))).toEqual(NO)
      const payload = `${token.split('.')[0]}.${base64url('{"sub":"root"}')}.${token.split('.')[2]}`
      expect(await verdicts(engine, key, payload)).toEqual(NO)
      const header = await mint(key, {}, { typ: 'JWT' })
      expect(await verdicts(engine, key, [header.split('.')[0], ...token.split('.').slice(1)].join('.'))).toEqual(NO)
    })

    test('accepts none that another key of the same kind has signed', async () => {
      const other =
        name.startsWith('RS') || name.startsWith('PS') ? keyFor(name === 'RS256' ? 'RS384' : 'RS256') : await keys(name)
      const foreign = await mint({ ...other, algorithm: other.algorithm })
      const [header, payload] = (await mint(key)).split('.')
      expect(await verdicts(engine, key, `${header}.${payload}.${foreign.split('.')[2]}`)).toEqual(NO)
    })

    test('accepts no signature of another length', async () => {
      const token = await mint(key)
      const signature = Buffer.from(token.split('.')[2] as string, 'base64url')
      const withSignature = (bytes: Uint8Array) => `${token.slice(0, token.lastIndexOf('.'))}.${base64url(bytes)}`
      expect(await verdicts(engine, key, withSignature(signature))).toEqual(YES)
      for (const wrong of [
        signature.subarray(0, -1),
        signature.subarray(1),
        Buffer.concat([signature, Buffer.alloc(1)]),
        Buffer.concat([Buffer.alloc(1), signature]),
        Buffer.concat([signature, signature]),
        Buffer.alloc(1),
        Buffer.alloc(signature.length),
        Buffer.alloc(signature.length, 0xff),
      ]) {
        expect(await verdicts(engine, key, withSignature(wrong))).toEqual(NO)
      }
    })
  })

  describe.each(PSS)('%s', name => {
    test('refuses a signature without the zero byte that it begins with (RFC 8017 section 8.1.2)', async () => {
      const key = keyFor(name)
      let token: string
      let signature: Buffer
      do {
        token = await mint(key)
        signature = Buffer.from(token.split('.')[2] as string, 'base64url')
      } while (signature[0] !== 0)
      expect(await verdicts(engine, key, token)).toEqual(YES)
      const shortened = `${token.slice(0, token.lastIndexOf('.'))}.${base64url(signature.subarray(1))}`
      expect(await verdicts(engine, key, shortened)).toEqual(NO)
    })
  })

  describe.each(ECDSA)('%s', name => {
    const key = keyFor(name)
    const half = BYTES[name] / 2
    const byHand = (dsaEncoding: 'der' | 'ieee-p1363') =>
      handSigned(key, (input, privateKey) => sign(DIGEST[name], input, { key: privateKey, dsaEncoding }))

    test('takes r and s side by side and no DER (RFC 7518 section 3.4)', async () => {
      expect(await verdicts(engine, key, byHand('ieee-p1363'))).toEqual(YES)
      expect(await verdicts(engine, key, byHand('der'))).toEqual(NO)
    })

    test.each([
      ['r = s = 0 (CVE-2022-21449)', () => Buffer.alloc(2 * half)],
      ['r = 0', (genuine: Buffer) => Buffer.concat([Buffer.alloc(half), genuine.subarray(half)])],
      ['s = 0', (genuine: Buffer) => Buffer.concat([genuine.subarray(0, half), Buffer.alloc(half)])],
      ['r and s exchanged', (genuine: Buffer) => Buffer.concat([genuine.subarray(half), genuine.subarray(0, half)])],
    ])('refuses %s', async (_name, change) => {
      const genuine = byHand('ieee-p1363')
      const changed = change(Buffer.from(genuine.split('.')[2] as string, 'base64url'))
      expect(await verdicts(engine, key, genuine)).toEqual(YES)
      expect(
        await verdicts(engine, key, `${genuine.slice(0, genuine.lastIndexOf('.'))}.${base64url(changed)}`),
      ).toEqual(NO)
    })
  })

  describe('RSA', () => {
    const pss = (saltLength: number, digest = 'sha256') =>
      handSigned(keyFor('PS256'), (input, key) =>
        sign(digest, input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
      )

    test.each([0, 20, 31, 33, 64, 222])(
      'PS256 with a salt of %d bytes is refused: it is as long as the hash (RFC 7518 section 3.5)',
      async saltLength => {
        expect(await verdicts(engine, keyFor('PS256'), pss(32))).toEqual(YES)
        expect(await verdicts(engine, keyFor('PS256'), pss(saltLength))).toEqual(NO)
      },
    )

    test('PS256 with another hash is refused', async () => {
      expect(await verdicts(engine, keyFor('PS256'), pss(32, 'sha384'))).toEqual(NO)
    })

    test('the paddings are not exchanged: PKCS #1 v1.5 is no PSS and the other way round (RFC 8725 section 3.1)', async () => {
      const pkcs1 = (key: TestKey) =>
        handSigned(key, (input, privateKey) =>
          sign('sha256', input, { key: privateKey, padding: constants.RSA_PKCS1_PADDING }),
        )
      const asPss = handSigned(keyFor('RS256'), (input, key) =>
        sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
      )
      expect(await verdicts(engine, keyFor('RS256'), pkcs1(keyFor('RS256')))).toEqual(YES)
      expect(await verdicts(engine, keyFor('PS256'), pkcs1(keyFor('PS256')))).toEqual(NO)
      expect(await verdicts(engine, keyFor('RS256'), asPss)).toEqual(NO)
    })

    test('RS256 with another hash is refused', async () => {
      const token = handSigned(keyFor('RS256'), (input, key) => sign('sha512', input, key))
      expect(await verdicts(engine, keyFor('RS256'), token)).toEqual(NO)
    })
  })

  test('Ed25519: a second spelling of a genuine signature, s + L, is refused (RFC 8032 section 5.1.7)', async () => {
    const key = keyFor('Ed25519')
    const token = await mint(key)
    const signature = Buffer.from(token.split('.')[2] as string, 'base64url')
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
    const again = (s + 2n ** 252n + 27742317777372353535851937790883648493n).toString(16).padStart(64, '0')
    const malleable = Buffer.concat([signature.subarray(0, 32), Buffer.from(again, 'hex').reverse()])
    expect(await verdicts(engine, key, token)).toEqual(YES)
    expect(await verdicts(engine, key, `${token.slice(0, token.lastIndexOf('.'))}.${base64url(malleable)}`)).toEqual(NO)
  })
})
