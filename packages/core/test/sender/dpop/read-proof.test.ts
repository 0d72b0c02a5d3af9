import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseDpop } from '../../../src/options/parse-dpop.ts'
import { readProof } from '../../../src/sender/dpop/read-proof.ts'
import { ALGORITHMS, type Algorithm } from '../../../src/shared/algorithms.ts'
import { modulusOf, RSA } from '../../support/key-material.ts'
import { refusalOf } from '../../support/refusals.ts'
import { clientKey, proofFor } from '../../support/senders.ts'
import { base64url, compact, type Members } from '../../support/tokens.ts'

const DEFAULT = parseDpop('accepted')?.algorithms as ReadonlyMap<string, Algorithm>
const KEY = await clientKey()
const PRIVATE = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
const HONEST = await KEY.proof(proofFor('token'))
const read = (value: string) => readProof(value, DEFAULT)
const headed = (header: Members): string =>
  compact(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: KEY.jwk, ...header }), '{}', base64url(Buffer.alloc(64)))

test('an honest proof is read: its key as the public members alone, its claims not yet', () => {
  const { jws, key } = read(HONEST)
  expect(key.jwk).toEqual(KEY.jwk)
  expect(jws).toMatchObject({ compact: HONEST, type: 'dpop+jwt', algorithm: { name: 'ES256' } })
  const { key: plain } = read(
    headed({ jwk: { ...KEY.jwk, kid: 'k', alg: 'ES256', use: 'sig', key_ops: ['verify'], x5c: ['a'] } }),
  )
  expect(plain.jwk).toEqual(KEY.jwk)
})

test('proofs with the same header share the key that was read once, with its thumbprint (RFC 7638); others do not', async () => {
  const { key } = read(HONEST)
  expect(key.thumbprint).toBe(KEY.thumbprint)
  expect(read(await KEY.proof(proofFor('another token'))).key).toBe(key)
  const other = await clientKey()
  expect(read(await other.proof(proofFor('token'))).key).toEqual({ jwk: other.jwk, thumbprint: other.thumbprint })
})

test('a header that was read as one of a proof is none under another typ or where its algorithm is not accepted', () => {
  const header = { typ: 'dpop+jwt', alg: 'ES256' }
  for (const _again of [1, 2]) {
    expect(read(headed(header)).key.jwk).toEqual(KEY.jwk)
    expect(refusalOf(() => readProof(headed(header), new Map()))).toMatchObject({ detail: { check: 'DP5' } })
    expect(refusalOf(() => read(headed({ ...header, typ: 'JWT' })))).toMatchObject({ detail: { check: 'DP4' } })
    expect(refusalOf(() => read(headed({ ...header, jwk: PRIVATE })))).toMatchObject({ detail: { check: 'DP7' } })
  }
})

test.each(['dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt'])(
  'typ %s is that of a proof (RFC 7515 section 4.1.9)',
  typ => {
    expect(read(headed({ typ })).key.jwk).toEqual(KEY.jwk)
  },
)

describe('the algorithm is one of the option, and the key is one for it (DP5, DP6)', () => {
  test.each(['ES256', 'Ed25519', 'PS256'] as const)('%s is accepted by default', async algorithm => {
    const key = await clientKey(algorithm)
    expect(read(await key.proof(proofFor('token'))).key.jwk).toEqual(key.jwk)
  })

  test.each(['RS256', 'ES384', 'PS512'] as const)('%s is not, and is where the option names it', async algorithm => {
    const key = await clientKey(algorithm)
    const proof = await key.proof(proofFor('token'))
    expect(readProof(proof, ALGORITHMS).key.jwk).toEqual(key.jwk)
    expect(refusalOf(() => read(proof))).toEqual({
      code: 'dpop_proof_invalid',
      detail: { check: 'DP5', reason: 'alg is not among the accepted ones' },
    })
  })

  test.each(['none', 'None', 'HS256', 'es256', 'ES256 ', '', null, 1, ['ES256'], undefined])(
    'alg %j is refused',
    alg => {
      expect(refusalOf(() => readProof(headed({ alg }), ALGORITHMS))).toMatchObject({ detail: { check: 'DP5' } })
    },
  )

  test.each<[string, Members]>([
    ['a key of another type', { jwk: RSA }],
    ['a key on another curve', { jwk: { ...KEY.jwk, crv: 'P-384' } }],
    ['a key for another algorithm', { jwk: { ...KEY.jwk, alg: 'ES384' } }],
    ['a key that encrypts', { jwk: { ...KEY.jwk, use: 'enc' } }],
    ['a key that signs and does not verify', { jwk: { ...KEY.jwk, key_ops: ['sign'] } }],
    ['a coordinate too short', { jwk: { ...KEY.jwk, x: 'AAAA' } }],
    ['a coordinate that is no text', { jwk: { ...KEY.jwk, y: 1 } }],
    ['no type', { jwk: { ...KEY.jwk, kty: undefined } }],
    ['an empty jwk', { jwk: {} }],
    ['a short RSA key', { alg: 'PS256', jwk: { ...RSA, n: modulusOf(2047) } }],
    ['a huge RSA key', { alg: 'PS256', jwk: { ...RSA, n: modulusOf(8193) } }],
    ['an RSA key with exponent 1', { alg: 'PS256', jwk: { ...RSA, e: 'AQ' } }],
    [
      'an Ed25519 point of low order',
      { alg: 'Ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.alloc(32)) } },
    ],
  ])('%s', (_name, header) => {
    const { code, detail } = refusalOf(() => read(headed(header)))
    expect([code, detail?.check]).toEqual(['dpop_proof_invalid', 'DP6'])
  })
})

describe('a proof that brings its private key along proves nothing any more (DP7)', () => {
  test.each<[string, Members]>([
    ['EC', { jwk: PRIVATE }],
    ['EC, whose private member is null', { jwk: { ...KEY.jwk, d: null } }],
    ['EC, whose private member is empty', { jwk: { ...KEY.jwk, d: '' } }],
    ['RSA', { alg: 'PS256', jwk: { ...RSA, d: 'AQAB' } }],
    ['OKP', { alg: 'Ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.alloc(32, 9)), d: 'AA' } }],
    ['a shared secret', { jwk: { kty: 'oct', k: 'c2VjcmV0' } }],
    ['a shared secret beside the key', { jwk: { ...KEY.jwk, k: 'c2VjcmV0' } }],
  ])('%s', (_name, header) => {
    expect(read(HONEST).key.jwk).toEqual(KEY.jwk)
    const { code, detail } = refusalOf(() => read(headed(header)))
    expect([code, detail?.check]).toEqual(['dpop_proof_invalid', 'DP7'])
  })

  test.each(['p', 'q', 'dp', 'dq', 'qi', 'oth'])('a factor of the private key, %s', member => {
    const { code, detail } = refusalOf(() => read(headed({ alg: 'PS256', jwk: { ...RSA, [member]: 'AQAB' } })))
    expect([code, detail?.check]).toEqual(['dpop_proof_invalid', 'DP7'])
  })
})

describe('typ and jwk (DP3, DP4)', () => {
  test.each<[string, Members, string]>([
    ['no typ', { typ: undefined }, 'DP4'],
    ['typ JWT', { typ: 'JWT' }, 'DP4'],
    ['typ of an access token', { typ: 'at+jwt' }, 'DP4'],
    ['typ with more behind it', { typ: 'dpop+jwt;v=1' }, 'DP4'],
    ['typ in a list', { typ: ['dpop+jwt'] }, 'DP4'],
    ['no jwk', { jwk: undefined }, 'DP3'],
    ['a kid alone', { jwk: undefined, kid: KEY.thumbprint }, 'DP3'],
    ['a jku alone', { jwk: undefined, jku: 'https://attacker.example/jwks' }, 'DP3'],
    ['jwk null', { jwk: null }, 'DP3'],
    ['jwk as text', { jwk: JSON.stringify(KEY.jwk) }, 'DP3'],
    ['jwk in a list', { jwk: [KEY.jwk] }, 'DP3'],
  ])('%s', (_name, header, check) => {
    const { code, detail } = refusalOf(() => read(headed(header)))
    expect([code, detail?.check]).toEqual(['dpop_proof_invalid', check])
  })
})

describe('what is not one well-formed JWS is dpop_proof_malformed (DP2)', () => {
  const [header, payload, signature] = HONEST.split('.') as [string, string, string]
  test.each<[string, string, Members]>([
    ['nothing', '', { reason: 'token_malformed' }],
    ['text', 'proof', { reason: 'token_malformed' }],
    ['two parts', `${header}.${payload}`, { reason: 'token_malformed' }],
    ['four parts', `${HONEST}.x`, { reason: 'token_malformed' }],
    ['two of them, joined', `${HONEST}, ${HONEST}`, { reason: 'token_malformed' }],
    ['a space behind it', `${HONEST} `, { reason: 'token_malformed' }],
    ['padding', `${HONEST}==`, { reason: 'token_malformed' }],
    ['no signature', `${header}.${payload}.`, { reason: 'token_malformed' }],
    ['characters beyond ASCII', `${header}.${payload}.\u00e9${signature.slice(1)}`, { reason: 'token_malformed' }],
    ['a header that is no object', compact('[]', '{}'), { reason: 'token_json_invalid', part: 'header' }],
    [
      'a header with a name twice',
      compact('{"alg":"ES256","alg":"ES256"}', '{}'),
      { reason: 'token_json_invalid', part: 'header' },
    ],
    [
      'a header a thousand levels deep',
      compact(`{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, '{}'),
      { reason: 'token_json_invalid', part: 'header' },
    ],
    [
      'claims that are no object',
      compact(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: KEY.jwk }), '[]'),
      { reason: 'token_json_invalid', part: 'payload' },
    ],
    ['crit', headed({ crit: ['exp'] }), { reason: 'header_not_accepted', parameter: 'crit' }],
    ['b64', headed({ b64: true }), { reason: 'header_not_accepted', parameter: 'b64' }],
    ['a kid that is no text', headed({ kid: 1 }), { reason: 'header_not_accepted', parameter: 'kid' }],
  ])('%s', (_name, value, detail) => {
    expect(read(HONEST).key.jwk).toEqual(KEY.jwk)
    expect(refusalOf(() => read(value))).toEqual({ code: 'dpop_proof_malformed', detail })
  })

  test('8,192 characters are read and one more is refused for that', () => {
    const filled = (length: number): string => {
      const fixed = compact(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: KEY.jwk }), '{}', '').length
      return compact(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: KEY.jwk }), '{}', 'A'.repeat(length - fixed))
    }
    expect([filled(8192).length, filled(8193).length]).toEqual([8192, 8193])
    expect(refusalOf(() => read(filled(8193)))).toEqual({ code: 'dpop_proof_malformed', detail: { limit: 8192 } })
    expect(refusalOf(() => read('x'.repeat(1_000_000))).detail).toEqual({ limit: 8192 })
    expect(read(filled(8192)).key.jwk).toEqual(KEY.jwk)
  })
})

test('no refusal repeats anything that the client wrote', () => {
  const marked = 'MARKED-BY-CLIENT'
  const values = [
    headed({ typ: marked }),
    headed({ alg: marked }),
    headed({ crit: [marked] }),
    headed({ jwk: { ...KEY.jwk, kty: marked } }),
    headed({ jwk: { ...KEY.jwk, alg: marked } }),
    headed({ jwk: { ...KEY.jwk, kid: marked, d: marked } }),
    headed({ jwk: marked }),
    marked,
  ]
  for (const value of values) expect(JSON.stringify(refusalOf(() => read(value)))).not.toContain(marked)
})

test('a key that only a prototype has is no key of the proof (DP3)', () => {
  const withoutKey = headed({ jwk: undefined })
  expect(refusalOf(() => read(withoutKey))).toMatchObject({ detail: { check: 'DP3' } })
  Object.defineProperty(Object.prototype, 'jwk', { value: KEY.jwk, configurable: true })
  try {
    expect(refusalOf(() => read(headed({ jwk: undefined, x: 1 })))).toMatchObject({ detail: { check: 'DP3' } })
  } finally {
    Reflect.deleteProperty(Object.prototype, 'jwk')
  }
})
