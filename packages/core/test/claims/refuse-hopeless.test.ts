import { expect, test } from 'vitest'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { refuseHopeless } from '../../src/claims/refuse-hopeless.ts'
import type { DenialCode } from '../../src/errors/denials.ts'
import { IssuerList } from '../../src/issuer/issuer-directory.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { refusalOf } from '../support/refusals.ts'
import { claims, compact, type Members, NOW } from '../support/tokens.ts'
import { stageOptions, verifiedToken } from '../support/verified.ts'

const OPTIONS = stageOptions({ clockToleranceSeconds: 5 })
const ISSUERS = new IssuerList([{ rules: OPTIONS }])
/** What happens to a token before any key is looked up: its issuer is found, and judges it. */
const hopeless = (payload: string, typ = 'at+jwt') => {
  const token = decodeToken({ token: compact(JSON.stringify({ alg: 'ES256', typ }), payload) }, ALGORITHMS)
  refuseHopeless(token, ISSUERS.find(token).rules, NOW * 1000)
}
const withClaims = (changes: Members) => JSON.stringify(claims(changes))

test('a token that may be good is not refused yet', () => {
  expect(() => hopeless(withClaims({}))).not.toThrow()
  expect(() => hopeless(withClaims({ exp: NOW - 4 }))).not.toThrow()
  expect(() => hopeless(withClaims({ nbf: NOW + 900, sub: 1, scope: '  ', jti: undefined }))).not.toThrow()
})

test.each<[string, Members, DenialCode]>([
  ['an unknown issuer', { iss: 'https://attacker.example' }, 'issuer_not_trusted'],
  ['no issuer', { iss: undefined }, 'claim_missing'],
  ['another audience', { aud: 'https://other.example.com' }, 'audience_mismatch'],
  ['no audience', { aud: undefined }, 'claim_missing'],
  ['a malformed audience', { aud: [1] }, 'claim_invalid'],
  ['expired', { exp: NOW - 5 }, 'token_expired'],
  ['no expiry', { exp: undefined }, 'claim_missing'],
  ['a malformed expiry', { exp: 'never' }, 'claim_invalid'],
])(
  'before any key is looked up, a token is refused as it would be with a good signature: %s',
  (_name, changes, code) => {
    const early = refusalOf(() => hopeless(withClaims(changes)))
    expect(early.code).toBe(code)
    expect(refusalOf(() => acceptClaims(verifiedToken(changes), OPTIONS, NOW * 1000))).toEqual(early)
  },
)

test('a token of another type is refused before any other of its claims is looked at than its issuer (RFC 9068 section 4)', () => {
  const withoutOthers = JSON.stringify({ iss: OPTIONS.issuer })
  expect(refusalOf(() => hopeless(withoutOthers, 'JWT')).code).toBe('type_not_accepted')
  expect(refusalOf(() => hopeless('not json', 'JWT')).code).toBe('token_json_invalid')
})

test.each(['not json', '[]', 'null', '{"iss":"a","iss":"a"}', '\ufeff{}', '{"exp":1e400}'])(
  'a payload that is not a strict JSON object is token_json_invalid: %j (RFC 7519 section 7.2)',
  payload => {
    expect(refusalOf(() => hopeless(payload))).toEqual({ code: 'token_json_invalid', detail: { part: 'payload' } })
  },
)

test('an algorithm that this issuer does not use is refused, whatever others use (RFC 8725 section 3.1)', () => {
  const judge = (alg: string) => {
    const token = decodeToken({ token: compact(JSON.stringify({ alg, typ: 'at+jwt' }), withClaims({})) }, ALGORITHMS)
    refuseHopeless(token, stageOptions({ algorithms: ['ES256'] }), NOW * 1000)
  }
  expect(() => judge('ES256')).not.toThrow()
  for (const alg of ['ES384', 'RS256', 'Ed25519']) {
    expect(refusalOf(() => judge(alg))).toEqual({ code: 'algorithm_not_allowed', detail: undefined })
  }
})
