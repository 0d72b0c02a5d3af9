import { describe, expect, test } from 'vitest'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { refusalOf } from '../support/refusals.ts'
import { AUDIENCE, claims, ISSUER, type Members, NOW } from '../support/tokens.ts'
import { stageOptions, verifiedToken } from '../support/verified.ts'

const OPTIONS = stageOptions({ clockToleranceSeconds: 0 })
const accept = (changes: Members = {}, type?: string) => acceptClaims(verifiedToken(changes, type), OPTIONS, NOW * 1000)
const refuse = (changes: Members, type?: string) => refusalOf(() => accept(changes, type))

test('the claims of an RFC 9068 token are accepted as they are (RFC 9068 section 2.2)', () => {
  expect(accept({ nbf: NOW - 5 })).toEqual({
    subject: 'nightly-import',
    clientId: 'nightly-import',
    kind: 'service',
    scopes: ['controls:read'],
    roles: [],
    permissions: [],
    authorizationDetails: [],
    times: { issuedAt: NOW - 10, notBefore: NOW - 5, expiresAt: NOW + 600 },
    all: claims({ nbf: NOW - 5 }),
  })
})

describe('every claim that RFC 9068 section 2.2 requires must be there', () => {
  test.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])('%s', claim => {
    expect(accept()).toBeDefined()
    expect(refuse({ [claim]: undefined })).toEqual({ code: 'claim_missing', detail: { claim } })
  })

  test.each(['nbf', 'scope'])('%s may be left out', claim => {
    expect(accept({ [claim]: undefined })).toMatchObject(
      claim === 'scope' ? { scopes: [] } : { times: { notBefore: undefined } },
    )
  })
})

describe('a claim of the wrong type is claim_invalid (RFC 7519 section 4.1)', () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    sub: ['', 1, null, true, ['nightly-import'], {}],
    client_id: ['', 1, null, true, ['nightly-import'], {}],
    jti: ['', 1, null, true, ['token-1'], {}],
    exp: [String(NOW + 600), null, true, [NOW], {}, -1, 253_402_300_800],
    iat: [String(NOW), null, true, [NOW], {}, -1, 253_402_300_800],
    nbf: [String(NOW), null, true, [NOW], {}, -1, 253_402_300_800],
    aud: [1, null, true, {}, { 0: AUDIENCE }, [AUDIENCE, 1], [AUDIENCE, null], [[AUDIENCE]]],
    scope: [1, null, true, {}, ['controls:read']],
  }
  const cases = Object.entries(wrong).flatMap(([claim, values]) =>
    values.map((value): [string, unknown] => [claim, value]),
  )
  test.each(cases)('%s: %j', (claim, value) => {
    expect(accept()).toBeDefined()
    expect(refuse({ [claim]: value })).toEqual({ code: 'claim_invalid', detail: { claim } })
  })
})

describe('iss is compared to the letter (RFC 9068 section 4)', () => {
  test.each([
    `${ISSUER}/`,
    ISSUER.toUpperCase(),
    `${ISSUER} `,
    `${ISSUER}.attacker.example`,
    `${ISSUER}@attacker.example`,
    '',
    1,
    null,
    [ISSUER],
    { iss: ISSUER },
  ])('%j is another issuer', iss => {
    expect(accept({ iss: ISSUER })).toBeDefined()
    expect(refuse({ iss })).toEqual({ code: 'issuer_not_trusted', detail: undefined })
  })
})

describe('aud is compared to the letter, and one of several suffices (RFC 7519 section 4.1.3)', () => {
  test.each<[unknown]>([[AUDIENCE], [[AUDIENCE]], [['https://other.example.com', AUDIENCE]]])('%j is accepted', aud => {
    expect(accept({ aud })).toBeDefined()
  })

  test.each<[unknown, number]>([
    ['https://other.example.com', 1],
    [`${AUDIENCE}/`, 1],
    [AUDIENCE.toUpperCase(), 1],
    [`${AUDIENCE} https://other.example.com`, 1],
    [`${AUDIENCE},https://other.example.com`, 1],
    [AUDIENCE.slice(0, -1), 1],
    ['*', 1],
    ['', 1],
    [[], 0],
    [['https://other.example.com', 'https://third.example.com'], 2],
  ])('%j is audience_mismatch, and operators learn how many there were', (aud, audiences) => {
    expect(accept({ aud: AUDIENCE })).toBeDefined()
    expect(refuse({ aud })).toEqual({ code: 'audience_mismatch', detail: { audiences } })
  })
})

describe('typ separates access tokens from other JWTs (RFC 9068 section 4)', () => {
  test.each(['jwt', 'id+jwt', 'dpop+jwt', 'at+jwt ', 'at', 'application/at+jwt', '', 'logout+jwt'])('%j', type => {
    expect(accept({}, 'at+jwt')).toBeDefined()
    expect(refuse({}, type)).toEqual({ code: 'type_not_accepted', detail: undefined })
  })

  test('a token without typ', () => {
    const token = { ...verifiedToken(), type: undefined }
    expect(refusalOf(() => acceptClaims(token, OPTIONS, NOW * 1000)).code).toBe('type_not_accepted')
  })
})

test('a claim is never taken from a prototype', () => {
  const token = verifiedToken()
  const { iss: _, ...others } = token.claims
  const inherited = Object.assign(Object.create({ iss: ISSUER }), others)
  expect(refusalOf(() => acceptClaims({ ...token, claims: inherited }, OPTIONS, NOW * 1000))).toEqual({
    code: 'claim_missing',
    detail: { claim: 'iss' },
  })
})

describe('an answer of the issuer about a token (RFC 7662 section 2.2)', () => {
  const answered = (changes: Members) => {
    const token = { ...verifiedToken(changes), kind: 'introspected', type: undefined }
    return acceptClaims(token as never, OPTIONS, NOW * 1000)
  }

  test('need not name its issuer, and has no type', () => {
    expect(answered({})).toEqual(accept())
    expect(answered({ iss: undefined })).toMatchObject({ subject: 'nightly-import', scopes: ['controls:read'] })
  })

  test.each([`${ISSUER}/`, 'https://other.example.com', '', [ISSUER], null])(
    'that names the issuer %j is none of this issuer',
    iss => {
      expect(refusalOf(() => answered({ iss })).code).toBe(refuse({ iss }).code)
      expect(answered({ iss: ISSUER }).subject).toBe('nightly-import')
    },
  )
})

test('authorization_details that are malformed are refused, and given to the access as they are (RFC 9396 section 2)', () => {
  const details = [{ type: 'payment' }]
  expect(accept({ authorization_details: details }).authorizationDetails).toEqual(details)
  expect(refuse({ authorization_details: 'payment' }).code).toBe('claim_invalid')
})
