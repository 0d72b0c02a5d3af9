import { constants, createHash, createPrivateKey, privateEncrypt } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { describe, test } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { changePart, compact, type Honest, signBytes } from './mint.ts'
import { type Attack, expectAccepted, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench(['RS256'])

const PREFIX = {
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
  sha512: '3051300d060960864801650304020305000440',
} as const

function digestInfo(hash: keyof typeof PREFIX, input: string): Buffer {
  return Buffer.concat([Buffer.from(PREFIX[hash], 'hex'), createHash(hash).update(input).digest()])
}

/** PKCS#1 v1.5 with the contents that the attacker chose; the key is the issuer's, so that nothing else is wrong. */
function padded({ key }: Honest, contents: Buffer, fill?: number): Buffer {
  const privateKey = createPrivateKey(key.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  if (fill === undefined) return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, contents)
  const front = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(fill, 0xff), Buffer.from([0]), contents])
  const block = Buffer.concat([front, Buffer.alloc(256 - front.length)])
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block)
}

describe('ALG9: other hashes and paddings in RSASSA-PKCS1-v1_5 (RFC 7515 section 10.6, Bleichenbacher 2006)', () => {
  const signed = (make: (honest: Honest, input: string) => Buffer): Attack[2] => {
    return honest => compact(honest, { sign: input => make(honest, input) })
  }
  test('the padding below is right where its contents are', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, compact(honest, { sign: input => padded(honest, digestInfo('sha256', input)) }))
    await expectAccepted(bench, compact(honest, { sign: input => padded(honest, digestInfo('sha256', input), 202) }))
  })
  testAttacks(bench, [
    ['ALG9 SHA-1', 'signature_invalid', signed((honest, input) => padded(honest, digestInfo('sha1', input)))],
    ['ALG9 SHA-512', 'signature_invalid', signed((honest, input) => padded(honest, digestInfo('sha512', input)))],
    [
      'ALG9 the digest alone',
      'signature_invalid',
      signed((honest, input) => padded(honest, createHash('sha256').update(input).digest())),
    ],
    [
      'ALG9 a short padding, rubbish behind',
      'signature_invalid',
      signed((honest, input) => padded(honest, digestInfo('sha256', input), 8)),
    ],
    ['ALG9 no padding', 'signature_invalid', signed((honest, input) => padded(honest, digestInfo('sha256', input), 0))],
    [
      'ALG9 bytes behind the digest',
      'signature_invalid',
      signed((honest, input) => padded(honest, Buffer.concat([digestInfo('sha256', input), Buffer.alloc(4)]))),
    ],
    [
      'ALG9 without the NULL of the algorithm',
      'signature_invalid',
      signed((honest, input) => padded(honest, withoutNull(input))),
    ],
    [
      'ALG9 RS512 under alg RS256',
      'signature_invalid',
      signed(({ key }, input) => signBytes(input, key.privateKey, 'RS512')),
    ],
    [
      'ALG9 PS256 under alg RS256',
      'signature_invalid',
      signed(({ key }, input) => signBytes(input, key.privateKey, 'PS256')),
    ],
    ['SIG3 zeros', 'signature_invalid', signed(() => Buffer.alloc(256))],
    ['SIG3 one', 'signature_invalid', signed(() => Buffer.concat([Buffer.alloc(255), Buffer.from([1])]))],
    ['SIG3 as large as can be', 'signature_invalid', signed(() => Buffer.alloc(256, 0xff))],
    [
      'SIG3 zeros in front',
      'signature_invalid',
      signed(({ key }, input) => Buffer.concat([Buffer.alloc(1), signBytes(input, key.privateKey, 'RS256')])),
    ],
    [
      'SIG3 the signature of another token',
      'signature_invalid',
      async (honest, { honest: other }) => {
        const { token } = await other()
        return changePart(honest.token, 2, () => token.split('.')[2] ?? '')
      },
    ],
  ])
})

function withoutNull(input: string): Buffer {
  const digest = createHash('sha256').update(input).digest()
  return Buffer.concat([Buffer.from('302f300b06096086480165030402010420', 'hex'), digest])
}

describe('ALG10: encrypted tokens (CVE-2026-29000, CVE-2023-51774)', () => {
  const encrypted = (inner: (honest: Honest) => string, header: object): Attack[2] => {
    return honest =>
      new CompactEncrypt(Buffer.from(inner(honest)))
        .setProtectedHeader({ ...header, alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: honest.key.kid, typ: 'at+jwt' })
        .encrypt(honest.key.publicKey)
  }
  const unsigned = (honest: Honest) => compact(honest, { header: { alg: 'none' }, sign: () => Buffer.alloc(0) })
  testAttacks(bench, [
    [
      'ALG10 the honest token, encrypted to the public key',
      'token_malformed',
      encrypted(({ token }) => token, { cty: 'JWT' }),
    ],
    ['ALG10 an unsigned token inside', 'token_malformed', encrypted(unsigned, { cty: 'JWT' })],
    ['ALG10 the claims inside', 'token_malformed', encrypted(({ claims }) => JSON.stringify(claims), {})],
    ['JSON12 a zip bomb inside', 'token_malformed', encrypted(() => 'x', { zip: 'DEF', p2c: 2_147_483_647 })],
    [
      'JSON12 zip in a signed token',
      'header_not_accepted',
      honest => compact(honest, { header: { ...honest.header, zip: 'DEF' } }),
    ],
  ])
})
