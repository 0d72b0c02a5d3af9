import { describe, expect, test } from 'vitest'
import { type AcceptedClaims, acceptClaims } from '../../src/claims/accept-claims.ts'
import type { CustomProfile, ProfileName } from '../../src/profiles/profiles.ts'
import type { ClaimCondition, ListClaim } from '../../src/profiles/token-profile.ts'
import { parseJsonObject } from '../../src/shared/json.ts'
import type { VerifiedToken } from '../../src/signature/verify-signature.ts'
import { refusalOf } from '../support/refusals.ts'
import { AUDIENCE, claims, type Members, NOW } from '../support/tokens.ts'
import { stageOptions } from '../support/verified.ts'

type Changes = Omit<CustomProfile, 'name' | 'basedOn'>

/** A token of RFC 9068 with these changes, under RFC 9068 with these changes. */
function accept(
  profile: Changes,
  changes: Members = {},
  audience: string | readonly string[] = AUDIENCE,
): AcceptedClaims {
  return acceptUnder({ name: 'ours', basedOn: 'rfc9068', ...profile }, changes, 'at+jwt', audience)
}

/** @param type `null`: a header without `typ` */
function acceptUnder(
  profile: CustomProfile | ProfileName,
  changes: Members,
  type: string | null = 'at+jwt',
  audience: string | readonly string[] = AUDIENCE,
): AcceptedClaims {
  const parsed = parseJsonObject(Buffer.from(JSON.stringify(claims(changes))))
  const token = { kind: 'signed', claims: parsed, type: type ?? undefined } as unknown as VerifiedToken
  return acceptClaims(token, stageOptions({ profile, audience, clockToleranceSeconds: 0 }), NOW * 1000)
}

const refuse = (profile: Changes, changes: Members) => refusalOf(() => accept(profile, changes))

describe('types: the typ of the header is one of those of the profile (RFC 9068 section 4)', () => {
  const under = (types: readonly (string | null)[], type: string | null) =>
    acceptUnder({ name: 'ours', basedOn: 'rfc9068', types }, {}, type)

  test('a header without typ is accepted where null is listed, and only there', () => {
    expect(under([null], null).clientId).toBe('nightly-import')
    expect(refusalOf(() => under(['jwt', 'at+jwt'], null)).code).toBe('type_not_accepted')
    expect(refusalOf(() => under([null], 'jwt')).code).toBe('type_not_accepted')
  })

  test('every type of the list is accepted, and no other', () => {
    for (const type of ['jwt', 'at+jwt']) expect(under(['jwt', 'at+jwt'], type)).toBeDefined()
    expect(refusalOf(() => under(['jwt', 'at+jwt'], 'logout+jwt')).code).toBe('type_not_accepted')
    expect(refusalOf(() => under(['jwt', 'at+jwt'], 'null')).code).toBe('type_not_accepted')
  })
})

describe('audienceClaims: the first that the token has decides, and a later one never makes up for it', () => {
  const both = { audienceClaims: ['aud', 'client_id'] } as const

  test('the first is right, the second is not looked at', () => {
    expect(accept(both, { client_id: 'somebody-else' }).clientId).toBe('somebody-else')
  })

  test('the first is wrong, the second would be right', () => {
    expect(refuse(both, { aud: 'https://other.example.com', client_id: AUDIENCE })).toEqual({
      code: 'audience_mismatch',
      detail: { audiences: 1 },
    })
  })

  test('the first is not there, the second is right', () => {
    expect(accept(both, { aud: undefined, client_id: AUDIENCE }).clientId).toBe(AUDIENCE)
    expect(refuse({}, { aud: undefined, client_id: AUDIENCE })).toEqual({
      code: 'claim_missing',
      detail: { claim: 'aud' },
    })
  })

  test('the first is not there, the second is wrong', () => {
    expect(refuse(both, { aud: undefined }).code).toBe('audience_mismatch')
  })

  test.each([[null], [[]], [[null]], [''], [{}]])('the first is there as %j, which is not nothing', aud => {
    expect(accept(both, { aud: undefined, client_id: AUDIENCE })).toBeDefined()
    expect(['claim_invalid', 'audience_mismatch']).toContain(refuse(both, { aud, client_id: AUDIENCE }).code)
  })

  test('the order is that of the profile', () => {
    const turned = { audienceClaims: ['client_id', 'aud'] } as const
    expect(refuse(turned, { client_id: 'somebody-else' }).code).toBe('audience_mismatch')
    expect(accept(turned, { aud: 'https://other.example.com', client_id: AUDIENCE })).toBeDefined()
  })

  test('none is there', () => {
    expect(refuse(both, { aud: undefined, client_id: undefined })).toEqual({
      code: 'claim_missing',
      detail: { claim: 'aud' },
    })
  })
})

describe('clientIdClaims: the first that the token has names the client', () => {
  const azpFirst = { clientIdClaims: ['azp', 'client_id'] }

  test.each<[Members, string]>([
    [{ azp: 'a' }, 'a'],
    [{ azp: 'a', client_id: undefined }, 'a'],
    [{}, 'nightly-import'],
  ])('%j', (changes, clientId) => {
    expect(accept(azpFirst, changes).clientId).toBe(clientId)
  })

  test.each([[''], [1], [null], [['a']]])('%j in the first is not mended by the second', azp => {
    expect(accept(azpFirst, { azp: 'a' })).toBeDefined()
    expect(refuse(azpFirst, { azp })).toEqual({ code: 'claim_invalid', detail: { claim: 'azp' } })
  })

  test('where none is there, the first is missed', () => {
    expect(refuse(azpFirst, { client_id: undefined })).toEqual({ code: 'claim_missing', detail: { claim: 'azp' } })
  })

  test('no claim: the client is an empty string whatever the token says, and so is a subject that is not there', () => {
    const nobody = { clientIdClaims: [], withoutRulesFor: ['sub'] }
    expect(accept(nobody)).toMatchObject({ clientId: '', subject: 'nightly-import' })
    expect(accept(nobody, { sub: undefined })).toMatchObject({ clientId: '', subject: '' })
  })

  test('without sub the subject is the client', () => {
    expect(accept({ withoutRulesFor: ['sub'] }, { sub: undefined }).subject).toBe('nightly-import')
  })
})

describe('requiredClaims and withoutRulesFor', () => {
  test.each([[undefined], [null]])('a required claim that is %s is missed by name', tenant => {
    expect(accept({ requiredClaims: ['tenant'] }, { tenant: 'acme' })).toBeDefined()
    expect(refuse({ requiredClaims: ['tenant'] }, { tenant })).toEqual({
      code: 'claim_missing',
      detail: { claim: 'tenant' },
    })
  })

  test.each([[''], [0], [false], [[]], [{}]])('%j is there', tenant => {
    expect(accept({ requiredClaims: ['tenant'] }, { tenant })).toBeDefined()
  })

  test.each(['sub', 'jti'])(
    '%s may be left out where the profile has no rule for it, and never be malformed',
    claim => {
      const loosened = { withoutRulesFor: [claim] }
      expect(accept(loosened, { [claim]: undefined })).toBeDefined()
      for (const value of ['', 1, null, [], {}]) {
        expect(refuse(loosened, { [claim]: value })).toEqual({ code: 'claim_invalid', detail: { claim } })
      }
    },
  )

  test('times are checked without a rule too (RFC 7519 section 4.1)', () => {
    const loosened = { withoutRulesFor: ['iat'] }
    expect(accept(loosened, { iat: undefined }).times.issuedAt).toBeUndefined()
    expect(refuse(loosened, { iat: NOW + 1 }).code).toBe('token_issued_in_future')
    expect(refuse(loosened, { iat: 'now' })).toEqual({ code: 'claim_invalid', detail: { claim: 'iat' } })
    expect(refuse(loosened, { exp: undefined })).toEqual({ code: 'claim_missing', detail: { claim: 'exp' } })
  })

  test('a required claim of a prototype is not there', () => {
    expect(refuse({ requiredClaims: ['toString'] }, {})).toEqual({
      code: 'claim_missing',
      detail: { claim: 'toString' },
    })
  })
})

describe('refusedClaims', () => {
  test.each([['n-0S6_WzA2Mj'], [''], [null], [false], [0], [{}]])('one that is there as %j refuses', nonce => {
    expect(accept({ refusedClaims: ['nonce'] })).toBeDefined()
    expect(refuse({ refusedClaims: ['nonce'] }, { nonce })).toEqual({
      code: 'claim_not_accepted',
      detail: { claim: 'nonce' },
    })
  })

  test('it is told before what is missing', () => {
    expect(refuse({ refusedClaims: ['nonce'] }, { nonce: 'n', jti: undefined }).code).toBe('claim_not_accepted')
  })

  test('what every object inherits is not there', () => {
    expect(accept({ refusedClaims: ['toString', 'constructor'] })).toBeDefined()
  })
})

describe('claimValues', () => {
  const profile = { claimValues: { typ: ['Bearer', 'Access'], verified: [true] } }
  const honest = { typ: 'Bearer', verified: true }

  test('one of the values is enough, for every claim', () => {
    expect(accept(profile, honest)).toBeDefined()
    expect(accept(profile, { ...honest, typ: 'Access' })).toBeDefined()
  })

  test.each([['Refresh'], ['bearer'], [' Bearer'], [''], [['Bearer']], [1], [true], [{}]])('typ as %j', typ => {
    expect(refuse(profile, { ...honest, typ })).toEqual({ code: 'claim_invalid', detail: { claim: 'typ' } })
  })

  test.each([[false], ['true'], [1], [''], [[true]]])('a boolean as %j', verified => {
    expect(refuse(profile, { ...honest, verified })).toEqual({ code: 'claim_invalid', detail: { claim: 'verified' } })
  })

  test.each([[undefined], [null]])('one that is %s is missed', typ => {
    expect(refuse(profile, { ...honest, typ })).toEqual({ code: 'claim_missing', detail: { claim: 'typ' } })
  })

  test('false can be demanded too', () => {
    const demanded = { claimValues: { delegated: [false] } }
    expect(accept(demanded, { delegated: false })).toBeDefined()
    expect(refuse(demanded, { delegated: true }).code).toBe('claim_invalid')
    expect(refuse(demanded, { delegated: undefined }).code).toBe('claim_missing')
  })
})

describe('lists', () => {
  const roles = (place: Omit<ListClaim, 'path'>, value: unknown) =>
    accept({ roleClaims: [{ path: ['r'], ...place }] }, { r: value }).roles
  const noRoles = (place: Omit<ListClaim, 'path'>, value: unknown) => refusalOf(() => roles(place, value))
  const INVALID = { code: 'claim_invalid', detail: { claim: 'r' } }

  test.each<[ListClaim['form'], unknown, readonly string[]]>([
    ['words', 'a', ['a']],
    ['words', 'a b', ['a', 'b']],
    ['words', 'a,b', ['a,b']],
    ['array', ['a', 'b c'], ['a', 'b c']],
    ['array', [], []],
    ['either', 'a b', ['a', 'b']],
    ['either', ['a', 'b c'], ['a', 'b c']],
    ['words', undefined, []],
  ])('as %s, %j is %j', (form, value, expected) => {
    expect(roles({ form }, value)).toEqual(expected)
  })

  test.each<[ListClaim['form'], unknown]>([
    ['words', ['a']],
    ['words', 1],
    ['words', null],
    ['words', {}],
    ['words', ''],
    ['words', 'a  b'],
    ['words', ' a'],
    ['array', 'a'],
    ['array', ''],
    ['array', ['a', 1]],
    ['array', [['a']]],
    ['array', ['a', '']],
    ['array', null],
    ['array', { 0: 'a' }],
    ['either', true],
    ['either', [null]],
    ['either', ''],
  ])('as %s, %j is refused', (form, value) => {
    expect(roles({ form }, undefined)).toEqual([])
    expect(noRoles({ form }, value)).toEqual(INVALID)
  })

  test('scopes are scope-tokens, also in an array (RFC 6749 section 3.3)', () => {
    const scopeClaims = [{ path: ['scp'], form: 'array' }] as const
    expect(accept({ scopeClaims }, { scp: ['a', 'b:c'] }).scopes).toEqual(['a', 'b:c'])
    for (const scp of [['a b'], ['a"'], ['é'], ['']]) {
      expect(refuse({ scopeClaims }, { scp })).toEqual({ code: 'claim_invalid', detail: { claim: 'scp' } })
    }
  })

  test('mayBeEmpty takes an empty string for nothing, in any form, and nothing else that is empty', () => {
    for (const form of ['words', 'array', 'either'] as const) {
      expect(roles({ form, mayBeEmpty: true }, '')).toEqual([])
      expect(noRoles({ form, mayBeEmpty: true }, ' ')).toEqual(INVALID)
      expect(noRoles({ form, mayBeEmpty: true }, null)).toEqual(INVALID)
      expect(noRoles({ form, mayBeEmpty: false }, '')).toEqual(INVALID)
    }
  })

  test('what several places hold is put together, and each keeps its form', () => {
    const scopeClaims = [
      { path: ['scope'], form: 'words' },
      { path: ['scp'], form: 'array' },
    ] as const
    expect(accept({ scopeClaims }, { scp: ['imports:write'] }).scopes).toEqual(['controls:read', 'imports:write'])
    expect(refuse({ scopeClaims }, { scp: 'imports:write' }).detail).toEqual({ claim: 'scp' })
  })

  test('no more than 1,000 values, in one place or in several', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`)
    expect(roles({ form: 'array' }, many(1000))).toHaveLength(1000)
    expect(noRoles({ form: 'array' }, many(1001))).toEqual(INVALID)
    const two = { roleClaims: ['r', 's'].map(name => ({ path: [name], form: 'array' }) as const) }
    expect(accept(two, { r: many(500), s: many(500) }).roles).toHaveLength(1000)
    expect(refuse(two, { r: many(600), s: many(600) }).code).toBe('claim_invalid')
  })

  test('a path leads inside, and a branch that is no object has nothing inside', () => {
    const nested = { roleClaims: [{ path: ['realm_access', 'roles'], form: 'array' }] } as const
    expect(accept(nested, { realm_access: { roles: ['a'] } }).roles).toEqual(['a'])
    for (const realm_access of [undefined, null, 'roles', 1, [], ['a'], {}, { other: ['a'] }]) {
      expect(accept(nested, { realm_access }).roles).toEqual([])
    }
    expect(refuse(nested, { realm_access: { roles: 'a' } })).toEqual({
      code: 'claim_invalid',
      detail: { claim: 'realm_access.roles' },
    })
  })

  test('a name with dots is one name', () => {
    const dotted = { roleClaims: [{ path: ['p1.roles'], form: 'array' }] } as const
    expect(accept(dotted, { 'p1.roles': ['a'], p1: { roles: ['b'] } }).roles).toEqual(['a'])
  })

  test('a path leads to no prototype', () => {
    const inherited = { roleClaims: [{ path: ['constructor', 'name'], form: 'words' }] } as const
    expect(accept(inherited).roles).toEqual([])
  })
})

describe("'$audience' stands for the API's own audiences", () => {
  const profile = {
    roleClaims: [{ path: ['resource_access', '$audience', 'roles'], form: 'array' }],
  } as const
  const access = (entries: Readonly<Record<string, readonly string[]>>) => ({
    resource_access: Object.fromEntries(Object.entries(entries).map(([name, roles]) => [name, { roles }])),
  })

  test('roles for another API are not read, even where the token is for both', () => {
    const changes = { ...access({ [AUDIENCE]: ['read'], other: ['admin'] }), aud: [AUDIENCE, 'other'] }
    expect(accept(profile, changes).roles).toEqual(['read'])
  })

  test('an entry that is called $audience is not read', () => {
    expect(accept(profile, access({ $audience: ['admin'] })).roles).toEqual([])
  })

  test('with several audiences, those of each are read', () => {
    const changes = access({ 'orders-api': ['a'], 'invoices-api': ['b'], other: ['admin'] })
    const own = ['orders-api', 'invoices-api']
    expect(accept(profile, { ...changes, aud: 'orders-api' }, own).roles).toEqual(['a', 'b'])
  })

  test('a claim of that name is one name where it stands first', () => {
    const first = { roleClaims: [{ path: ['$audience'], form: 'array' }] } as const
    expect(accept(first, { $audience: ['admin'], [AUDIENCE]: ['read'] }).roles).toEqual(['read'])
  })
})

describe('kinds: the first rule whose conditions all hold', () => {
  const kind = (when: readonly ClaimCondition[], changes: Members = {}) =>
    accept({ kinds: [{ kind: 'service', when }] }, changes).kind

  test.each<[ClaimCondition, Members, boolean]>([
    [{ claim: 'x', present: true }, { x: 'a' }, true],
    [{ claim: 'x', present: true }, { x: '' }, true],
    [{ claim: 'x', present: true }, { x: false }, true],
    [{ claim: 'x', present: true }, { x: null }, false],
    [{ claim: 'x', present: true }, {}, false],
    [{ claim: 'x', present: false }, {}, true],
    [{ claim: 'x', present: false }, { x: null }, true],
    [{ claim: 'x', present: false }, { x: 0 }, false],
    [{ claim: 'toString', present: true }, {}, false],
    [{ claim: 'x', equals: 'a' }, { x: 'a' }, true],
    [{ claim: 'x', equals: 'a' }, { x: 'A' }, false],
    [{ claim: 'x', equals: 'a' }, { x: ['a'] }, false],
    [{ claim: 'x', equals: 'a' }, {}, false],
    [{ claim: 'x', endsWith: '.com' }, { x: 'a.com' }, true],
    [{ claim: 'x', endsWith: '.com' }, { x: 'a.com.evil' }, false],
    [{ claim: 'x', endsWith: '.com' }, { x: ['a.com'] }, false],
    [{ claim: 'x', endsWith: '.com' }, {}, false],
    [{ claim: 'x', equalsClaim: 'y' }, { x: 'a', y: 'a' }, true],
    [{ claim: 'x', equalsClaim: 'y' }, { x: 'a', y: 'b' }, false],
    [{ claim: 'x', equalsClaim: 'y' }, { x: '', y: '' }, false],
    [{ claim: 'x', equalsClaim: 'y' }, { x: 1, y: 1 }, false],
    [{ claim: 'x', equalsClaim: 'y' }, {}, false],
    [{ claim: 'x', isClientId: true }, { x: 'nightly-import' }, true],
    [{ claim: 'x', isClientId: true }, { x: 'another' }, false],
    [{ claim: 'x', isClientId: true }, {}, false],
    [{ claim: 'x', isClientId: true, suffix: '@clients' }, { x: 'nightly-import@clients' }, true],
    [{ claim: 'x', isClientId: true, suffix: '@clients' }, { x: 'nightly-import' }, false],
    [{ claim: 'x', isClientId: true, prefix: 'account-' }, { x: 'account-nightly-import' }, true],
    [{ claim: 'x', isClientId: false }, { x: 'another' }, true],
    [{ claim: 'x', isClientId: false }, { x: 'nightly-import' }, false],
    [{ claim: 'x', isClientId: false }, { x: 1 }, false],
    [{ claim: 'x', isClientId: false }, {}, false],
    [{ claim: 'x', isClientId: false, prefix: 'account-' }, { x: 'account-nightly-import' }, false],
  ])('%j with %j: %s', (condition, changes, holds) => {
    expect(kind([condition], changes)).toBe(holds ? 'service' : 'unknown')
  })

  test('one condition that does not hold is enough for the rule not to apply', () => {
    const when = [
      { claim: 'x', present: true },
      { claim: 'y', present: false },
    ] as const
    expect(kind(when, { x: 1 })).toBe('service')
    expect(kind(when, { x: 1, y: 1 })).toBe('unknown')
  })

  test('a later rule does not overrule', () => {
    const when = [{ claim: 'sub', present: true }] as const
    const kinds = [
      { kind: 'user', when },
      { kind: 'service', when },
    ] as const
    expect(accept({ kinds }).kind).toBe('user')
    expect(accept({ kinds: [kinds[1], kinds[0]] }).kind).toBe('service')
  })

  test('where tokens do not name their client, nothing is its identifier and nothing is somebody else', () => {
    for (const isClientId of [true, false]) {
      const kinds = [{ kind: 'user', when: [{ claim: 'sub', isClientId }] }] as const
      expect(accept({ kinds, clientIdClaims: [] }).kind).toBe('unknown')
    }
  })

  test('no rules: every kind is unknown', () => {
    expect(accept({ kinds: [] }).kind).toBe('unknown')
  })

  test('kindRequired refuses a token of unknown kind', () => {
    const kinds = [{ kind: 'service', when: [{ claim: 'x', present: true }] }] as const
    expect(accept({ kinds, kindRequired: true }, { x: 1 }).kind).toBe('service')
    expect(accept({ kinds, kindRequired: false }).kind).toBe('unknown')
    expect(refuse({ kinds, kindRequired: true }, {})).toEqual({ code: 'claim_invalid', detail: { claim: 'sub' } })
  })
})

test('the profile of an issuer is part of its rules alone', () => {
  const keycloak = { typ: 'Bearer', azp: 'web', client_id: undefined }
  expect(acceptUnder('keycloak', keycloak, 'jwt').clientId).toBe('web')
  expect(refusalOf(() => acceptUnder('rfc9068', keycloak, 'jwt')).code).toBe('type_not_accepted')
})
