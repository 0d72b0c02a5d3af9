import { describe, expect, test } from 'vitest'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { parseDpop } from '../../src/options/parse-dpop.ts'
import { PROFILES } from '../../src/profiles/profiles.ts'
import { type BoundClaims, readBinding } from '../../src/sender/sender-binding.ts'
import { refusalOf } from '../support/refusals.ts'
import { type Members, NOW } from '../support/tokens.ts'
import { stageOptions, verifiedToken } from '../support/verified.ts'

const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
const X5T = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0'

const OFF = stageOptions()
const ON = { ...OFF, dpop: parseDpop('accepted') }

function read(cnf: unknown, rules = ON, claims: Members = {}): BoundClaims {
  return readBinding(acceptClaims(verifiedToken({ cnf, ...claims }), rules, NOW * 1000), rules)
}

describe('what a token is bound to', () => {
  test.each<[string, unknown, unknown]>([
    ['nothing', undefined, undefined],
    ['a key (RFC 9449 section 6.1)', { jkt: JKT }, { jkt: JKT, x5tS256: undefined }],
    ['a certificate (RFC 8705 section 3.1)', { 'x5t#S256': X5T }, { jkt: undefined, x5tS256: X5T }],
    ['both, and both must hold', { jkt: JKT, 'x5t#S256': X5T }, { jkt: JKT, x5tS256: X5T }],
  ])('%s', (_name, cnf, binding) => {
    const bound = read(cnf)
    expect(bound.binding).toEqual(binding)
    expect(bound).toMatchObject({ claims: { clientId: 'nightly-import' } })
    expect(bound.binding === undefined || Object.isFrozen(bound.binding)).toBe(true)
  })

  test('a certificate needs no option', () => {
    expect(read({ 'x5t#S256': X5T }, OFF).binding).toEqual({ jkt: undefined, x5tS256: X5T })
  })
})

const NOT_AN_OBJECT = 'cnf is not an object'
const UNKNOWN = 'cnf has a member that is not known'
const EMPTY = 'cnf is empty'
const NO_THUMBPRINT = 'cnf has a thumbprint that is none'

describe('what is not understood to the last member is never taken as a bearer token (RFC 9449 section 7.2)', () => {
  test.each<[string, unknown, string]>([
    ['null', null, NOT_AN_OBJECT],
    ['a string', 'bound', NOT_AN_OBJECT],
    ['true', true, NOT_AN_OBJECT],
    ['a number', 1, NOT_AN_OBJECT],
    ['a list', [{ jkt: JKT }], NOT_AN_OBJECT],
    ['nothing', {}, EMPTY],
    ['a key itself (RFC 7800 section 3.2)', { jwk: { kty: 'EC' } }, UNKNOWN],
    ['an encrypted key (RFC 7800 section 3.3)', { jwe: 'x' }, UNKNOWN],
    ['a key id (RFC 7800 section 3.4)', { kid: 'x' }, UNKNOWN],
    ['a method that nobody knows', { unheard: 1 }, UNKNOWN],
    ['a known method and one that nobody knows', { jkt: JKT, unheard: 1 }, UNKNOWN],
    ['a known method with a null beside it', { jkt: JKT, kid: null }, UNKNOWN],
    ['the certificate by SHA-1 (RFC 7515 section 4.1.7)', { x5t: 'x' }, UNKNOWN],
    ['a method in another spelling', { JKT }, UNKNOWN],
    ['a method of the prototype', { constructor: 1 }, UNKNOWN],
    ['a thumbprint that is null', { jkt: null }, NO_THUMBPRINT],
    ['a thumbprint that is empty', { jkt: '' }, NO_THUMBPRINT],
    ['a thumbprint that is a number', { jkt: 1 }, NO_THUMBPRINT],
    ['a thumbprint in a list', { jkt: [JKT] }, NO_THUMBPRINT],
    ['a thumbprint in hex', { 'x5t#S256': 'a'.repeat(64) }, NO_THUMBPRINT],
    ['a thumbprint with padding', { jkt: `${JKT}=` }, NO_THUMBPRINT],
    ['a thumbprint in the other alphabet', { jkt: JKT.replace('-', '+') }, NO_THUMBPRINT],
    ['a thumbprint of 20 bytes', { jkt: 'a'.repeat(27).replace(/.$/, 'Y') }, NO_THUMBPRINT],
    ['a thumbprint with bits that nobody reads', { jkt: JKT.replace(/.$/, 'J') }, NO_THUMBPRINT],
    [
      'the example of RFC 8705 section 3.1, which has such bits too',
      { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
      NO_THUMBPRINT,
    ],
    ['a good thumbprint beside a bad one', { jkt: JKT, 'x5t#S256': '' }, NO_THUMBPRINT],
  ])('%s', (_name, cnf, reason) => {
    expect(read({ jkt: JKT }).binding).toMatchObject({ jkt: JKT })
    const refusal = { code: 'sender_constraint_unsupported', detail: { reason } }
    expect(refusalOf(() => read(cnf))).toEqual(refusal)
    // Without the option a jkt is refused for that, and everything else alike.
    expect(refusalOf(() => read(cnf, OFF)).code).toBe('sender_constraint_unsupported')
  })

  test.each([{ jkt: JKT }, { jkt: JKT, 'x5t#S256': X5T }])('%j, where no proofs are checked', cnf => {
    expect(read(cnf).binding).toMatchObject({ jkt: JKT })
    expect(refusalOf(() => read(cnf, OFF))).toEqual({
      code: 'sender_constraint_unsupported',
      detail: { reason: 'the option dpop is off' },
    })
  })
})

describe('a profile can demand that tokens are bound (FAPI 2.0 Security Profile section 5.3.4)', () => {
  const fapi2 = { ...ON, profile: PROFILES.fapi2 }

  test('a bound token is accepted and a bearer token is not', () => {
    expect(read({ jkt: JKT }, fapi2).binding).toMatchObject({ jkt: JKT })
    expect(read({ 'x5t#S256': X5T }, { ...fapi2, dpop: undefined }).binding).toMatchObject({ x5tS256: X5T })
    expect(refusalOf(() => read(undefined, fapi2))).toEqual({
      code: 'sender_constraint_required',
      detail: undefined,
    })
  })

  test('others do not', () => {
    const strict = Object.entries(PROFILES).filter(([, profile]) => profile.senderConstraintRequired)
    expect(strict.map(([name]) => name)).toEqual(['fapi2'])
  })
})

describe('where a claim says the type of the token, it must not contradict cnf (RFC 9449 section 6.2)', () => {
  const typed = (claim: string, values: readonly string[]) => ({
    ...ON,
    profile: { ...ON.profile, claimValues: { [claim]: values } },
  })
  const introspected = typed('token_type', PROFILES.rfc7662.claimValues.token_type as readonly string[])
  const keycloak = typed('typ', PROFILES.keycloak.claimValues.typ as readonly string[])

  test.each<[string, typeof ON, Members, unknown]>([
    ['token_type DPoP with jkt', introspected, { token_type: 'DPoP' }, { jkt: JKT }],
    ['token_type dpop with jkt', introspected, { token_type: 'dpop' }, { jkt: JKT }],
    ['token_type DPoP with both', introspected, { token_type: 'DPOP' }, { jkt: JKT, 'x5t#S256': X5T }],
    ['token_type Bearer with nothing', introspected, { token_type: 'Bearer' }, undefined],
    ['token_type Bearer with a certificate', introspected, { token_type: 'bearer' }, { 'x5t#S256': X5T }],
    ['typ DPoP of Keycloak with jkt', keycloak, { typ: 'DPoP' }, { jkt: JKT }],
    ['typ Bearer of Keycloak with nothing', keycloak, { typ: 'Bearer' }, undefined],
  ])('%s is accepted', (_name, rules, claims, cnf) => {
    expect(read(cnf, rules, claims)).toMatchObject({ claims: { clientId: 'nightly-import' } })
  })

  test.each<[string, typeof ON, Members, unknown]>([
    ['token_type DPoP with nothing', introspected, { token_type: 'DPoP' }, undefined],
    ['token_type DPoP with a certificate alone', introspected, { token_type: 'DPoP' }, { 'x5t#S256': X5T }],
    ['token_type Bearer with jkt', introspected, { token_type: 'Bearer' }, { jkt: JKT }],
    ['typ DPoP of Keycloak with nothing', keycloak, { typ: 'DPoP' }, undefined],
    ['typ Bearer of Keycloak with jkt', keycloak, { typ: 'Bearer' }, { jkt: JKT }],
  ])('%s is claim_invalid', (_name, rules, claims, cnf) => {
    const [claim] = Object.keys(claims)
    expect(refusalOf(() => read(cnf, rules, claims))).toEqual({ code: 'claim_invalid', detail: { claim } })
  })

  test('a claim whose values have nothing to do with it is left alone', () => {
    expect(read({ jkt: JKT }, typed('token_use', ['access']), { token_use: 'access' }).binding).toMatchObject({
      jkt: JKT,
    })
  })
})
