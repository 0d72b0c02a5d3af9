import { createHmac, type KeyObject } from 'node:crypto'
import { describe } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { compact, type Honest, signBytes, withHeader } from './mint.ts'
import { type Attack, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench(['RS256', 'ES256', 'PS256'])

const unsigned = () => Buffer.from('signature')

/** `alg` as it stands in the header, above a signature that is no signature. */
function withAlg(alg: unknown): Attack[2] {
  return honest => compact(honest, { header: { ...honest.header, alg }, sign: unsigned })
}

const NONE = ['none', 'None', 'NONE', 'nOnE', ' none', 'none ', 'none\u0000', 'NoNe\t', '', 'null', 'undefined']

describe('ALG1, ALG2: a token that says it is not signed (RFC 7518 section 3.6, CVE-2022-23540)', () => {
  testAttacks(bench, [
    ...NONE.map((alg): Attack => [`ALG2 alg ${JSON.stringify(alg)}`, 'algorithm_not_allowed', withAlg(alg)]),
    [
      'ALG1 alg "none" above the honest signature',
      'algorithm_not_allowed',
      honest => compact(honest, { header: { ...honest.header, alg: 'none' } }),
    ],
    ['ALG1 no alg', 'algorithm_not_allowed', withAlg(undefined)],
    ['ALG1 alg null', 'algorithm_not_allowed', withAlg(null)],
    ['ALG1 alg as a list', 'algorithm_not_allowed', withAlg(['RS256'])],
    ['ALG1 alg as a number', 'algorithm_not_allowed', withAlg(256)],
    ['ALG1 alg as an object', 'algorithm_not_allowed', withAlg({ toString: 'RS256' })],
    ['ALG1 alg as a boolean', 'algorithm_not_allowed', withAlg(true)],
  ])
})

describe('ALG2: names are compared exactly (RFC 8725 section 3.1)', () => {
  testAttacks(bench, [
    ...['rs256', 'RS256 ', ' RS256', 'RS256\u0000', 'RSA256', 'SHA256', 'constructor', '__proto__'].map(
      (alg): Attack => [`ALG2 alg ${JSON.stringify(alg)}, really signed`, 'algorithm_not_allowed', withHeader({ alg })],
    ),
    ...(['RS384', 'RS512', 'PS384', 'PS512'] as const).map(
      (alg): Attack => [
        `ALG4 ${alg}, really signed, but not on the list`,
        'algorithm_not_allowed',
        honest =>
          compact(honest, {
            header: { ...honest.header, alg },
            sign: input => signBytes(input, honest.key.privateKey, alg),
          }),
      ],
    ),
  ])
})

/** What an attacker has of the public key, in all the spellings that got past a check somewhere. */
const SECRETS: Readonly<Record<string, (key: KeyObject, honest: Honest) => string | Buffer>> = {
  'PEM (CVE-2015-9235, CVE-2023-48223)': key => pem(key),
  'PEM without its last line break': key => pem(key).trimEnd(),
  'PEM behind a space (CVE-2026-34950)': key => ` ${pem(key)}`,
  'PEM behind a line break (CVE-2026-34950)': key => `\n${pem(key)}`,
  'PEM behind a byte order mark': key => `\ufeff${pem(key)}`,
  'PEM behind a zero-width space (GHSA-ww5h-9m49-7xx4)': key => `\u200b${pem(key)}`,
  'PEM behind a control character': key => `\u0001${pem(key)}`,
  'PEM behind a comment': key => `# the key\n${pem(key)}`,
  'PEM with CRLF': key => pem(key).replaceAll('\n', '\r\n'),
  'PKCS#1 PEM': key => key.export({ format: 'pem', type: 'pkcs1' }),
  'SPKI DER (advisory-database#7123)': key => key.export({ format: 'der', type: 'spki' }),
  'PKCS#1 DER': key => key.export({ format: 'der', type: 'pkcs1' }),
  'base64 of the DER': key => key.export({ format: 'der', type: 'spki' }).toString('base64'),
  'JWK text (GHSA-g3jj-5cmm-3hxx)': (_, { key }) => JSON.stringify(key.publicJwk),
  'JWK text without kid, alg and use': key => JSON.stringify(key.export({ format: 'jwk' })),
  'text of the key set': (_, { key }) => JSON.stringify({ keys: [key.publicJwk] }),
  'text of the list of keys': (_, { key }) => JSON.stringify([key.publicJwk]),
  'bytes of n': (_, { key }) => Buffer.from(String(key.publicJwk.n), 'base64url'),
  'text of n': (_, { key }) => String(key.publicJwk.n),
  'the kid': (_, { key }) => key.kid,
  'nothing (ALG5, CVE-2026-44351)': () => '',
  'one zero byte': () => Buffer.alloc(1),
  'the text "undefined"': () => 'undefined',
  'the text "[object Object]"': () => '[object Object]',
}

describe('ALG3: HMAC keyed with what everybody knows', () => {
  const attacks = Object.entries(SECRETS).flatMap(([name, secret]) =>
    (['HS256', 'HS384', 'HS512'] as const).map(
      (alg): Attack => [
        `ALG3 ${alg} with ${name}`,
        'algorithm_not_allowed',
        honest =>
          compact(honest, {
            header: { ...honest.header, alg },
            sign: input =>
              createHmac(`sha${alg.slice(2)}`, secret(honest.key.publicKey, honest))
                .update(input)
                .digest(),
          }),
      ],
    ),
  )
  testAttacks(bench, attacks)

  testAttacks(bench, [
    [
      'ALG3 an HMAC keyed with the PEM, under alg RS256',
      'signature_invalid',
      honest =>
        compact(honest, { sign: input => createHmac('sha256', pem(honest.key.publicKey)).update(input).digest() }),
    ],
  ])
})

describe('ALG8: RSASSA-PSS with other parameters (RFC 7518 section 3.5)', () => {
  const pss = (hash: 'PS256' | 'PS384' | 'PS512', saltLength?: number): Attack[2] => {
    return honest => compact(honest, { sign: input => signBytes(input, honest.key.privateKey, hash, saltLength) })
  }
  testAttacks(
    bench,
    [
      ['ALG8 PS256 with a salt of 0 bytes', 'signature_invalid', pss('PS256', 0)],
      ['ALG8 PS256 with a salt of 20 bytes', 'signature_invalid', pss('PS256', 20)],
      ['ALG8 PS256 with a salt of 31 bytes', 'signature_invalid', pss('PS256', 31)],
      ['ALG8 PS256 with a salt of 33 bytes', 'signature_invalid', pss('PS256', 33)],
      ['ALG8 PS256 with the longest salt', 'signature_invalid', pss('PS256', 222)],
      ['ALG8 PS384 under alg PS256', 'signature_invalid', pss('PS384')],
      ['ALG8 PS512 under alg PS256', 'signature_invalid', pss('PS512')],
      [
        'ALG6 RS256 under alg PS256',
        'signature_invalid',
        honest => compact(honest, { sign: input => signBytes(input, honest.key.privateKey, 'RS256') }),
      ],
      [
        'ALG6 alg RS256 for a key whose JWK names PS256',
        'key_unknown',
        honest =>
          compact(honest, {
            header: { ...honest.header, alg: 'RS256' },
            sign: input => signBytes(input, honest.key.privateKey, 'RS256'),
          }),
      ],
    ],
    { key: 'key-3' },
  )
})

function pem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString()
}
