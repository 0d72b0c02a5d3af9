import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createDpopKey, type DpopKey } from '@scopeward/testing'
import fc from 'fast-check'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { algorithms, proofClaims, proofs as readers } from './core.ts'
import { isBase64url } from './encodings.ts'
import { type Case, outcomeOf, parse, parser } from './parser.ts'
import { changed } from './texts.ts'
import { anyPath, hasDotSegments, isWellFormed, normalPath } from './uris.ts'

const NAMES = ['ES256', 'Ed25519', 'PS256'] as const
const allowed = new Map([...algorithms.ALGORITHMS].filter(([name]) => NAMES.some(each => each === name)))
const keys: readonly DpopKey[] = await Promise.all(NAMES.map(name => createDpopKey(name)))
const REQUEST = { method: 'GET', url: 'https://api.example.com/a' }
const honest: readonly string[] = await Promise.all(keys.map(key => key.proof(REQUEST)))

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const jwks = keys.map(key => key.jwk as Record<string, unknown>)
const odd = fc.oneof(fc.constantFrom<unknown>(null, '', 'x', 0, [], {}, undefined, true), fc.constantFrom(...jwks))
const anyJwk = fc.tuple(
  fc.constantFrom(...jwks),
  fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'k', 'use', 'alg', 'kid', 'key_ops'),
  odd,
)
const header = fc
  .record({
    typ: fc.constantFrom<unknown>('dpop+jwt', 'dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt', 'at+jwt', undefined, 1),
    alg: fc.constantFrom<unknown>(...NAMES, 'RS256', 'none', 'HS256', undefined, 1),
    jwk: fc.oneof(
      fc.constantFrom(...jwks),
      anyJwk.map(([jwk, member, value]) => ({ ...jwk, [member]: value })),
      odd,
    ),
    extra: fc.oneof(
      { weight: 6, arbitrary: fc.constant({}) },
      fc.constantFrom({ crit: ['exp'] }, { b64: true }, { kid: 'a' }, { kid: 1 }, { cty: 'JWT' }),
    ),
  })
  .map(({ extra, ...rest }) => ({ ...rest, ...extra }))
const payload = fc.constantFrom('{}', '{"jti":"a"}', '[]', '{"a":1,"a":2}', '', 'x')
const made = fc
  .tuple(header, payload, fc.constantFrom('AAAA', '', 'A'))
  .map(([head, body, signature]) => `${encode(head)}.${encode(body)}.${signature}`)
const anyProof = fc.oneof(
  changed(fc.constantFrom(...honest)),
  changed(made),
  made,
  fc.constantFrom(...honest).map(proof => proof.padEnd(8193, 'A')),
)

const MAX_LENGTH = 8192
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

async function checkProof(value: string): Promise<string> {
  const parsed = parse(() => readers.readProof(value, allowed))
  if ('refused' in parsed) {
    assert(['dpop_proof_malformed', 'dpop_proof_invalid'].includes(parsed.refused), parsed.refused)
    assert(!honest.includes(value), 'an honest proof is refused')
    return outcomeOf(parsed)
  }
  const parts = value.split('.')
  assert(value.length <= MAX_LENGTH && parts.length === 3 && parts.every(isBase64url), 'three parts')
  const { typ, alg, jwk, ...others } = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >
  assert.match(String(typ), /^(application\/)?dpop\+jwt$/i)
  assert(allowed.has(String(alg)), 'alg')
  assert(typeof jwk === 'object' && jwk !== null && !PRIVATE.some(member => member in jwk), 'jwk')
  assert(
    !['crit', 'b64', 'zip', 'cty'].some(parameter => parameter in others),
    'a header parameter that changes the meaning',
  )
  assert.equal(parsed.value.key.thumbprint, await calculateJwkThumbprint(jwk as JWK), 'thumbprint, as jose has it')
  return 'accepted'
}

export const proofs: fc.Arbitrary<Case> = parser('DPoP', anyProof, checkProof)

const NOW = Date.UTC(2026, 0, 1)
const MAX_AGE = 65_000
const TOLERANCE = 5
const MAX_AHEAD = 10_000
const TOKEN = 'a.b.c'
const ORIGIN = 'https://api.example.com'
const RULES = {
  publicOrigin: ORIGIN,
  trustedProxy: undefined,
  allowHttpOnLoopback: false,
  clock: () => NOW,
  clockToleranceSeconds: TOLERANCE,
  maxAgeMilliseconds: MAX_AGE,
  nonces: undefined,
}

const text = fc.constantFrom<unknown>('', 'x', null, 1, undefined, ['x'])
const seconds = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -100, max: 30 }).map(offset => NOW / 1000 + offset) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('1', null, 1e308, -1, 0.5, undefined) },
)
const mostly = <T>(right: fc.Arbitrary<T>) => fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: text })
const rest = fc.constantFrom('', '', '?a=/b', '#c', '?b#c')

const anyClaims = fc.tuple(anyPath, fc.boolean()).chain(([path, same]) => {
  const otherPath = same ? fc.constant(path) : fc.oneof(fc.constant(normalPath(path)), anyPath)
  const base = fc.constantFrom(
    ORIGIN,
    ORIGIN,
    ORIGIN,
    ORIGIN,
    'HTTPS://API.example.com:443',
    'https://api.example.com:',
    'http://api.example.com',
    'https://api.example.com.evil.example',
  )
  const claims = fc.record(
    {
      jti: mostly(fc.constant('id')),
      htm: mostly(fc.constantFrom('GET', 'GET', 'GET', 'GET', 'get', 'POST')),
      htu: mostly(fc.tuple(base, otherPath, rest).map(parts => parts.join(''))),
      ath: mostly(fc.constant(createHash('sha256').update(TOKEN).digest('base64url'))),
      iat: seconds,
      nbf: seconds,
      exp: seconds,
    },
    { requiredKeys: ['jti', 'htm', 'htu', 'ath', 'iat'] },
  )
  return fc.tuple(fc.constant(path || '/'), claims)
})

type Claims = Readonly<Record<string, unknown>>

/** RFC 9449 section 4.3, checks 8, 9, 11 and 12. */
function isGood(claims: Claims, path: string): boolean {
  const { jti, htm, htu, ath, iat } = claims
  const [, origin = '', htuPath = ''] = /^([^/]*:\/\/[^/?#]*)([^?#]*)/.exec(String(htu)) ?? []
  const isMeant = /^https:\/\/api\.example\.com(:443|:)?$/i.test(origin) && normalPath(htuPath) === normalPath(path)
  const isRegular = isWellFormed(path) && isWellFormed(htuPath) && !hasDotSegments(path)
  const isProof = jti === 'id' || jti === 'x'
  const isHere = isProof && htm === 'GET' && typeof htu === 'string' && isMeant && isRegular
  return isHere && ath === createHash('sha256').update(TOKEN).digest('base64url') && isNow(iat) && holdsNow(claims)
}

function isNow(iat: unknown): boolean {
  return typeof iat === 'number' && iat * 1000 <= NOW + MAX_AHEAD && NOW < iat * 1000 + MAX_AGE
}

function holdsNow(claims: Claims): boolean {
  const { exp, nbf } = claims
  const expHolds =
    !('exp' in claims) || (typeof exp === 'number' && Number.isFinite(exp * 1000) && NOW < (exp + TOLERANCE) * 1000)
  return expHolds && (!('nbf' in claims) || (typeof nbf === 'number' && nbf * 1000 <= NOW + MAX_AHEAD))
}

function checkClaims([path, claims]: readonly [string, Claims]): string {
  const request = { method: 'GET', url: path, headers: [] }
  const parsed = parse(() =>
    proofClaims.acceptProofClaims(claims as Parameters<typeof proofClaims.acceptProofClaims>[0], request, TOKEN, RULES),
  )
  assert.equal('value' in parsed, isGood(claims, path), 'the proof is for this request, and made now')
  return outcomeOf(parsed)
}

export const proofsOfRequests: fc.Arbitrary<Case> = parser('claims of a proof', anyClaims, checkClaims)
