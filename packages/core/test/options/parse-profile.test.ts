import { describe, expect, test } from 'vitest'
import { forIntrospection } from '../../src/options/derive-profile.ts'
import { introspection } from '../../src/options/introspection.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import { parseProfile } from '../../src/options/parse-profile.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import { type CustomProfile, PROFILES, type ProfileName } from '../../src/profiles/profiles.ts'
import { MARKS_OF_OTHER_TOKENS } from '../../src/profiles/token-profile.ts'
import { misuseOf } from '../support/refusals.ts'
import { AUDIENCE, ISSUER, SCOPES, type Scope } from '../support/tokens.ts'
import { rulesOf } from '../support/verified.ts'

const FALLBACK = PROFILES.rfc9068
const NAMES = Object.keys(PROFILES) as ProfileName[]
const parse = (profile: unknown) => parseProfile(profile, FALLBACK)
const custom = (changes: object) => parse({ name: 'our-login', basedOn: 'rfc9068', ...changes })

type Options = ResourceServerOptions<Scope>
const optionsWith = (changes: Partial<Options>): Options =>
  ({ issuer: ISSUER, audience: AUDIENCE, scopes: SCOPES, ...changes }) as Options

describe('what is accepted', () => {
  test('no profile is the fallback of its kind of issuer', () => {
    expect(parse(undefined)).toBe(FALLBACK)
    expect(parseProfile(undefined, PROFILES.rfc7662)).toBe(PROFILES.rfc7662)
  })

  test.each(NAMES)('%s by its name', name => {
    expect(parse(name)).toBe(PROFILES[name])
  })

  test.each(NAMES)('%s as the base of another, which keeps all that it does not change', basedOn => {
    const { name, source, ...kept } = PROFILES[basedOn]
    expect(custom({ basedOn })).toEqual({ ...kept, name: 'our-login', source: 'the configuration' })
    expect([name, source]).not.toContain('our-login')
  })

  test('where a claim is found and what it means takes the place of what the base has', () => {
    const changes = {
      source: 'https://wiki.example.com/tokens',
      types: ['jwt', null],
      audienceClaims: ['aud', 'client_id'],
      clientIdClaims: [],
      scopeClaims: [{ path: ['permissions', '$audience'], form: 'array', mayBeEmpty: true }],
      roleClaims: [{ path: ['r'], form: 'words' }],
      permissionClaims: [{ path: ['p'], form: 'either' }],
      kinds: [
        {
          kind: 'service',
          when: [
            { claim: 'a', present: false },
            { claim: 'b', equals: 'x' },
          ],
        },
        {
          kind: 'user',
          when: [
            { claim: 'c', endsWith: 'x' },
            { claim: 'd', equalsClaim: 'e' },
          ],
        },
        { kind: 'user', when: [{ claim: 'f', isClientId: false, prefix: 'p', suffix: 's' }] },
      ],
      kindRequired: true,
      algorithms: ['ES256'],
    }
    const { requiredClaims, refusedClaims, claimValues } = PROFILES.keycloak
    expect(custom({ basedOn: 'keycloak', ...changes })).toEqual({
      name: 'our-login',
      ...changes,
      requiredClaims,
      refusedClaims: [...refusedClaims, 'nonce'], // `null` is beyond the types of Keycloak
      claimValues,
    })
  })

  test.each([
    ['rfc9068', ['jwt']],
    ['rfc9068', ['at+jwt', null]],
    ['fapi2', ['jwt']],
    ['oidcProvider', ['jwt', 'at+jwt']],
    ['keycloak', ['jwt', null]],
    ['cognito', [null, 'jwt']],
  ] as const)('%s with the types %j refuses the marks of other tokens, which typ no longer tells', (basedOn, types) => {
    const { refusedClaims } = PROFILES[basedOn]
    const beyond = custom({ basedOn, types, refusedClaims: ['act'] }).refusedClaims
    expect(new Set(beyond)).toEqual(new Set([...refusedClaims, ...MARKS_OF_OTHER_TOKENS, 'act']))
    expect(custom({ basedOn, types: PROFILES[basedOn].types }).refusedClaims).toEqual(refusedClaims)
    expect(custom({ basedOn, types: PROFILES[basedOn].types.slice(0, 1) }).refusedClaims).toEqual(refusedClaims)
  })

  test('types beyond those of the base, and a mark that is allowed by name', () => {
    const { refusedClaims } = custom({ types: ['jwt'], withoutRulesFor: ['nonce'] })
    expect(refusedClaims).toEqual(MARKS_OF_OTHER_TOKENS.filter(claim => claim !== 'nonce'))
  })

  test('rules about claims are added to those of the base, and nothing is there twice', () => {
    const parsed = custom({
      basedOn: 'keycloak',
      requiredClaims: ['tenant', 'sub'],
      refusedClaims: ['nonce', 'events'],
      claimValues: { tenant_kind: ['customer'], verified: [true] },
    })
    expect(parsed.requiredClaims).toEqual([...PROFILES.keycloak.requiredClaims, 'tenant'])
    expect(parsed.refusedClaims).toEqual([...PROFILES.keycloak.refusedClaims, 'nonce'])
    expect(parsed.claimValues).toEqual({ typ: ['Bearer', 'DPoP'], tenant_kind: ['customer'], verified: [true] })
  })

  test('values for a claim that the base has values for replace those', () => {
    expect(custom({ basedOn: 'entra', claimValues: { ver: ['2.0'] } }).claimValues).toEqual({ ver: ['2.0'] })
  })

  test('withoutRulesFor takes away the rules about these claims and no other', () => {
    const { requiredClaims, refusedClaims, claimValues, ...others } = custom({
      basedOn: 'cognito',
      withoutRulesFor: ['jti', 'at_hash', 'token_use'],
    })
    expect(requiredClaims).toEqual(PROFILES.cognito.requiredClaims.filter(claim => claim !== 'jti'))
    expect(refusedClaims).toEqual(PROFILES.cognito.refusedClaims.filter(claim => claim !== 'at_hash'))
    expect(claimValues).toEqual({})
    const {
      name: _name,
      source: _source,
      requiredClaims: _r,
      refusedClaims: _f,
      claimValues: _v,
      ...kept
    } = PROFILES.cognito
    expect(others).toEqual({ name: 'our-login', source: 'the configuration', ...kept })
  })

  test('a rule can be taken away from the base and given anew', () => {
    const parsed = custom({ basedOn: 'keycloak', withoutRulesFor: ['typ'], claimValues: { typ: ['Access'] } })
    expect(parsed.claimValues).toEqual({ typ: ['Access'] })
    expect(custom({ basedOn: 'keycloak' }).claimValues).toEqual({ typ: ['Bearer', 'DPoP'] })
  })

  test('a rule of the base that is on stays on', () => {
    expect(custom({ basedOn: 'fapi2', senderConstraintRequired: true }).senderConstraintRequired).toBe(true)
    expect(custom({ basedOn: 'fapi2' }).senderConstraintRequired).toBe(true)
    expect(custom({ senderConstraintRequired: false }).senderConstraintRequired).toBe(false)
    expect(misuseOf(() => custom({ basedOn: 'fapi2', senderConstraintRequired: false }))).toEqual({
      code: 'option_conflict',
      message:
        'Option "profile": "fapi2" has senderConstraintRequired, which a profile based on it cannot drop. Base yours on another one.',
    })
  })

  test('what is done to the options afterwards changes nothing', () => {
    const types = ['jwt']
    const parsed = custom({ types })
    types.push('at+jwt')
    expect(parsed.types).toEqual(['jwt'])
    expect(Object.isFrozen(parsed)).toBe(true)
  })

  test('the known profiles are frozen to the bottom', () => {
    const seen: object[] = [PROFILES]
    for (const value of seen) {
      expect(Object.isFrozen(value)).toBe(true)
      seen.push(...Object.values(value).filter(each => typeof each === 'object' && each !== null))
    }
    expect(seen.length).toBeGreaterThan(100)
  })
})

describe('under introspection, where no typ tells one token from another', () => {
  const clientAuthentication = { method: 'client_secret_basic', clientSecret: 's' } as const
  const asked = (profile: ProfileName | CustomProfile) =>
    rulesOf(optionsWith({ issuer: introspection({ issuer: ISSUER, clientId: 'api', clientAuthentication, profile }) }))
      .profile

  test.each(NAMES)(
    '%s: its own rules hold, some claim says the kind of token, and marks of others are refused',
    name => {
      const { claimValues, refusedClaims, ...own } = PROFILES[name]
      const parsed = asked(name)
      expect(parsed).toMatchObject({ ...own, claimValues })
      expect(parsed.refusedClaims).toEqual(expect.arrayContaining([...refusedClaims]))
      const kindClaims = ['token_type', 'typ', 'token_use'].filter(claim => claim in parsed.claimValues)
      expect(kindClaims).toHaveLength(1)
      expect(parsed.refusedClaims).toEqual(expect.arrayContaining(MARKS_OF_OTHER_TOKENS.slice(1)))
      // Keycloak and Cognito write `nonce` into access tokens, and say in a claim what a token is.
      expect(parsed.refusedClaims.includes('nonce')).toBe(kindClaims[0] === 'token_type')
      expect(Object.isFrozen(forIntrospection(PROFILES[name]))).toBe(true)
    },
  )

  test.each(['rfc9068', 'oidcProvider', 'fapi2', 'auth0', 'okta', 'entra', 'google', 'ping', 'plainJwt'] as const)(
    '%s demands the token_type of an access token',
    name => {
      expect(asked(name).claimValues).toEqual({
        ...PROFILES[name].claimValues,
        token_type: ['Bearer', 'bearer', 'BEARER', 'DPoP', 'dpop', 'DPOP'],
      })
      expect(PROFILES[name].claimValues).not.toHaveProperty('token_type')
    },
  )

  test('a claim that a profile of your own refuses is refused beside the marks of others, not instead of them', () => {
    const refusing = { name: 'our-login', basedOn: 'rfc9068', refusedClaims: ['act'] } as const
    expect(new Set(asked(refusing).refusedClaims)).toEqual(new Set(['act', ...MARKS_OF_OTHER_TOKENS]))
    expect(asked(refusing).refusedClaims).toContain('nonce')
  })

  test('a profile of your own too, unless it names the claim itself', () => {
    const ours = { name: 'our-login', basedOn: 'rfc9068' } as const
    expect(asked(ours)).toMatchObject({
      refusedClaims: MARKS_OF_OTHER_TOKENS,
      claimValues: { token_type: ['Bearer', 'bearer', 'BEARER', 'DPoP', 'dpop', 'DPOP'] },
    })
    expect(asked({ ...ours, claimValues: { token_use: ['access'] } }).claimValues).toEqual({ token_use: ['access'] })
    expect(asked({ ...ours, claimValues: { tenant: ['a'] } }).claimValues).toEqual({
      tenant: ['a'],
      token_type: ['Bearer', 'bearer', 'BEARER', 'DPoP', 'dpop', 'DPOP'],
    })
  })
})

describe('what is no profile', () => {
  test.each([
    [1, '1'],
    [null, 'null'],
    [true, 'true'],
    [[], 'an array'],
    [() => 'auth0', 'a function'],
  ])('%s', (profile, shown) => {
    expect(misuseOf(() => parse(profile))).toEqual({
      code: 'option_invalid',
      message: `Option "profile" must be the name of a profile or { name, basedOn, … }, not ${shown}.`,
    })
  })

  test.each([
    ['Auth0', 'Did you mean "auth0"?'],
    ['keyclaok', 'Did you mean "keycloak"?'],
    ['azure', `Known: ${NAMES.join(', ')}.`],
    ['', `Known: ${NAMES.join(', ')}.`],
    ['constructor', `Known: ${NAMES.join(', ')}.`],
    ['__proto__', `Known: ${NAMES.join(', ')}.`],
  ])('the name %j, alone or as a base: the message leads to the right one', (name, advice) => {
    const misuse = {
      code: 'option_invalid',
      message: `Option "profile": there is no profile ${JSON.stringify(name)}. ${advice}`,
    }
    expect(misuseOf(() => parse(name))).toEqual(misuse)
    expect(misuseOf(() => custom({ basedOn: name }))).toEqual(misuse)
  })

  test.each<[object]>([
    [{}],
    [{ name: 'our-login' }],
    [{ basedOn: 'auth0' }],
    [{ name: '', basedOn: 'auth0' }],
    [{ name: 7, basedOn: 'auth0' }],
    [{ name: 'our-login', basedOn: PROFILES.auth0 }],
  ])('%j: name and base are both needed', profile => {
    expect(misuseOf(() => parse(profile))).toEqual({
      code: 'option_missing',
      message:
        "Option \"profile\" needs a name and the profile that it changes: { name: 'our-login', basedOn: 'rfc9068', … }.",
    })
  })

  test.each(NAMES)('a profile of your own with the name of the known one %s', name => {
    expect(misuseOf(() => custom({ name }))).toEqual({
      code: 'option_conflict',
      message: `Option "profile": "${name}" is the name of a known profile. Give yours another one.`,
    })
  })

  test.each([
    ['scopeClaim', 'Did you mean "scopeClaims"?'],
    ['audienceclaims', 'Did you mean "audienceClaims"?'],
    ['typ', 'Did you mean "types"?'],
    ['kind', 'Did you mean "kinds"?'],
    [
      'skipAudience',
      'Known: name, source, types, requiredClaims, claimValues, refusedClaims, audienceClaims, clientIdClaims, scopeClaims, roleClaims, permissionClaims, kinds, kindRequired, senderConstraintRequired, algorithms, basedOn, withoutRulesFor.',
    ],
  ])('an unknown member %s', (member, advice) => {
    expect(misuseOf(() => custom({ [member]: [] }))).toEqual({
      code: 'option_unknown',
      message: `A profile has no option "${member}". ${advice}`,
    })
  })
})

const CLAIM_NAMES = 'an array of claim names'
const LIST_CLAIMS = "an array of { path: [claim], form: 'words' | 'array' | 'either' }"
const KINDS = "an array of { kind: 'service' | 'user', when: [conditions] }"
const NO_CLAIM_NAMES = ['sub', null, {}, [''], [1], ['sub', null], undefined]
const NO_LIST_CLAIMS = [
  'scope',
  null,
  {},
  ['scope'],
  [{ path: ['scope'] }],
  [{ form: 'words' }],
  [{ path: 'scope', form: 'words' }],
  [{ path: [], form: 'words' }],
  [{ path: [''], form: 'words' }],
  [{ path: [1], form: 'words' }],
  [{ path: ['scope'], form: 'csv' }],
  [{ path: ['scope'], form: ['words'] }],
  [{ path: ['scope'], form: 'words', mayBeEmpty: 'yes' }],
  [{ path: ['scope'], form: 'words', separator: ',' }],
  [{ path: ['scope'], form: 'words' }, null],
  undefined,
]
const kindWhen = (...when: unknown[]) => [{ kind: 'user', when }]

const WRONG: Readonly<Record<string, readonly [expected: string, values: readonly unknown[]]>> = {
  source: ['a non-empty string', ['', 1, null, [], undefined]],
  types: [
    "a non-empty array of lower-case types without 'application/', or null for no typ",
    [
      'at+jwt',
      null,
      [],
      [''],
      [1],
      [undefined],
      ['at+JWT'],
      ['application/at+jwt'],
      [' at+jwt'],
      ['jwt', 'JWT'],
      undefined,
    ],
  ],
  requiredClaims: [CLAIM_NAMES, NO_CLAIM_NAMES],
  claimValues: [
    'an object of claim name to a non-empty array of strings or booleans',
    [
      'typ',
      null,
      [],
      { typ: 'Bearer' },
      { typ: [] },
      { typ: [''] },
      { typ: [1] },
      { typ: [null] },
      { a: ['x'], b: [] },
      undefined,
    ],
  ],
  refusedClaims: [CLAIM_NAMES, NO_CLAIM_NAMES],
  audienceClaims: ["a non-empty array of 'aud' and 'client_id'", ['aud', null, [], ['azp'], ['aud', 'sub'], undefined]],
  clientIdClaims: [CLAIM_NAMES, NO_CLAIM_NAMES],
  scopeClaims: [LIST_CLAIMS, NO_LIST_CLAIMS],
  roleClaims: [LIST_CLAIMS, NO_LIST_CLAIMS],
  permissionClaims: [LIST_CLAIMS, NO_LIST_CLAIMS],
  kinds: [
    KINDS,
    [
      'service',
      null,
      {},
      [null],
      [{ kind: 'service' }],
      [{ when: [{ claim: 'sub', present: true }] }],
      [{ kind: 'machine', when: [{ claim: 'sub', present: true }] }],
      [{ kind: 'unknown', when: [{ claim: 'sub', present: true }] }],
      [{ kind: 'user', when: [] }],
      [{ kind: 'user', when: { claim: 'sub', present: true } }],
      [{ kind: 'user', when: [{ claim: 'sub', present: true }], unless: [] }],
      kindWhen(null),
      kindWhen({ claim: 'sub' }),
      kindWhen({ present: true }),
      kindWhen({ claim: '', present: true }),
      kindWhen({ claim: 'sub', present: 'yes' }),
      kindWhen({ claim: 'sub', equals: '' }),
      kindWhen({ claim: 'sub', equals: true }),
      kindWhen({ claim: 'sub', endsWith: '' }),
      kindWhen({ claim: 'sub', equalsClaim: '' }),
      kindWhen({ claim: 'sub', isClientId: 'yes' }),
      kindWhen({ claim: 'sub', isClientId: true, prefix: '' }),
      kindWhen({ claim: 'sub', isClientId: true, suffix: 1 }),
      kindWhen({ claim: 'sub', matches: '^x' }),
      kindWhen({ claim: 'sub', equals: 'x', endsWith: 'x' }),
      kindWhen({ claim: 'sub', present: true }, { claim: 'sub', present: 1 }),
      undefined,
    ],
  ],
  kindRequired: ['true or false', ['yes', 1, null, [], undefined]],
  senderConstraintRequired: ['true or false', ['yes', 1, null, [], undefined]],
  algorithms: [
    'a non-empty array of algorithm names',
    ['RS256', null, [], ['none'], ['HS256'], ['rs256'], [1], ['RS256', 'HS512'], undefined],
  ],
}

describe('a member of the wrong form', () => {
  test('every member has its line here', () => {
    const members = new Set(NAMES.flatMap(name => Object.keys(PROFILES[name])))
    expect([...Object.keys(WRONG), 'name'].sort()).toEqual([...members].sort())
  })

  const cases = Object.entries(WRONG).flatMap(([member, [expected, values]]) =>
    values.map((value): [string, unknown, string] => [member, value, expected]),
  )
  test.each(cases)('%s: %j', (member, value, expected) => {
    expect(misuseOf(() => custom({ [member]: value }))).toEqual({
      code: 'option_invalid',
      message: `Option "profile": "${member}" must be ${expected}.`,
    })
  })
})

describe('a list with a hole, for which every check holds', () => {
  const hole = (): unknown[] => new Array(1)
  const filled = (item: unknown) => [item]
  const kinds = (make: (item: unknown) => unknown[]) => [{ kind: 'service', when: make({ claim: 'a', present: true }) }]

  test.each<[string, (make: (item: unknown) => unknown[]) => unknown]>([
    ['types', make => make('jwt')],
    ['requiredClaims', make => make('a')],
    ['claimValues', make => ({ a: make('b') })],
    ['refusedClaims', make => make('a')],
    ['audienceClaims', make => make('aud')],
    ['clientIdClaims', make => make('a')],
    ['scopeClaims', make => make({ path: ['a'], form: 'words' })],
    ['roleClaims', make => [{ path: make('a'), form: 'words' }]],
    ['permissionClaims', make => make({ path: ['a'], form: 'words' })],
    ['kinds', make => make(kinds(filled)[0])],
    ['kinds', kinds],
    ['algorithms', make => make('ES256')],
  ])('%s', (member, value) => {
    expect(custom({ [member]: value(filled) })).toMatchObject({ name: 'our-login' })
    expect(misuseOf(() => custom({ [member]: value(hole) }))).toEqual({
      code: 'option_invalid',
      message: `Option "profile": "${member}" must be ${WRONG[member]?.[0]}.`,
    })
  })

  test('withoutRulesFor', () => {
    expect(custom({ withoutRulesFor: ['sub'] }).requiredClaims).not.toContain('sub')
    expect(misuseOf(() => custom({ withoutRulesFor: hole() }))).toEqual({
      code: 'option_invalid',
      message: 'Option "profile": "withoutRulesFor" must be an array of claim names.',
    })
  })
})

describe('withoutRulesFor, which loosens', () => {
  test.each(['sub', null, {}, [''], [1], ['sub', null]].map(value => [value]))(
    '%j is no array of claim names',
    value => {
      expect(misuseOf(() => custom({ withoutRulesFor: value }))).toEqual({
        code: 'option_invalid',
        message: 'Option "profile": "withoutRulesFor" must be an array of claim names.',
      })
    },
  )

  test.each([
    ['rfc9068', 'scope', 'sub, iat, jti'],
    ['okta', 'token_use', [...PROFILES.okta.requiredClaims, ...PROFILES.okta.refusedClaims].join(', ')],
    ['rfc9068', 'aud', 'sub, iat, jti'],
    ['rfc9068', 'exp', 'sub, iat, jti'],
  ] as const)('%s has no rule for %s: a slip does not look like a loosened check', (basedOn, claim, ruled) => {
    expect(custom({ basedOn, withoutRulesFor: ['sub'] }).requiredClaims).not.toContain('sub')
    expect(misuseOf(() => custom({ basedOn, withoutRulesFor: ['sub', claim] }))).toEqual({
      code: 'option_invalid',
      message: `Option "profile": "withoutRulesFor" must be claims that "${basedOn}" has rules for: ${ruled}.`,
    })
  })
})

describe('what contradicts the rest of the options', () => {
  const SECRET = 'a secret that is long enough for every hash of them'

  test('FAPI 2.0 with RS256 (FAPI 2.0 Security Profile section 5.4)', () => {
    expect(rulesOf(optionsWith({ profile: 'fapi2', algorithms: ['PS256'] })).algorithms.size).toBe(1)
    expect(misuseOf(() => parseOptions(optionsWith({ profile: 'fapi2', algorithms: ['PS256', 'RS256'] })))).toEqual({
      code: 'option_conflict',
      message:
        'Option "algorithms": RS256 is not among those of the profile "fapi2": PS256, ES256, Ed25519. Leave it out, or choose another profile.',
    })
  })

  test('a profile of your own keeps the algorithms of its base', () => {
    const profile = { name: 'our-bank', basedOn: 'fapi2' } as const
    expect([...rulesOf(optionsWith({ profile })).algorithms.keys()]).toEqual(['PS256', 'ES256', 'Ed25519'])
    expect(misuseOf(() => parseOptions(optionsWith({ profile, algorithms: ['RS256'] }))).code).toBe('option_conflict')
  })

  test.each([
    ['fapi2', 'RS256'],
    ['google', 'ES256'],
    ['cognito', 'RS512'],
  ] as const)('a profile of your own cannot add an algorithm to those of %s', (basedOn, algorithm) => {
    const [own] = PROFILES[basedOn].algorithms ?? []
    expect(custom({ basedOn, algorithms: [own] }).algorithms).toEqual([own])
    expect(misuseOf(() => custom({ basedOn, algorithms: [own, algorithm] }))).toEqual({
      code: 'option_conflict',
      message: `Option "profile": ${algorithm} is not among the algorithms of "${basedOn}". Leave it out, or base yours on another profile.`,
    })
  })

  test.each([
    ['fapi2', 'PS256, ES256, Ed25519'],
    ['google', 'RS256'],
    ['cognito', 'RS256'],
  ] as const)('a shared secret with %s, whose tokens are signed otherwise', (profile, algorithms) => {
    const shared = (named?: ProfileName) =>
      optionsWith({ issuer: sharedSecret({ issuer: ISSUER, secrets: [SECRET], ...(named && { profile: named }) }) })
    expect(rulesOf(shared()).profile).toEqual(PROFILES.rfc9068)
    expect(rulesOf(shared('auth0')).profile).toEqual(PROFILES.auth0)
    expect(misuseOf(() => parseOptions(shared(profile)))).toEqual({
      code: 'option_conflict',
      message: `sharedSecret(): the profile "${profile}" demands ${algorithms}. Name the issuer with its key set instead: { issuer, profile }.`,
    })
  })

  const refusal = (name: string) => ({
    code: 'option_conflict',
    message: `Option "profile": "${name}" describes introspection responses, not signed tokens. Use it inside introspection(…).`,
  })

  test.each(['rfc7662', 'oidcProviderOpaque'] as const)('%s, which is for introspection, on a key set', profile => {
    const asked = introspection({
      issuer: ISSUER,
      clientId: 'api',
      clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET },
      profile,
    })
    expect(rulesOf(optionsWith({ issuer: asked })).profile).toEqual(PROFILES[profile])
    expect(misuseOf(() => parseOptions(optionsWith({ profile })))).toEqual(refusal(profile))
    const based = { name: 'our-answers', basedOn: profile }
    expect(misuseOf(() => parseOptions(optionsWith({ profile: based })))).toEqual(refusal('our-answers'))
    const shared = sharedSecret({ issuer: ISSUER, secrets: [SECRET], profile })
    expect(misuseOf(() => parseOptions(optionsWith({ issuer: shared })))).toEqual(refusal(profile))
  })

  test('the default of introspection is RFC 7662', () => {
    const clientAuthentication = { method: 'client_secret_basic', clientSecret: SECRET } as const
    const asked = introspection({ issuer: ISSUER, clientId: 'api', clientAuthentication })
    expect(rulesOf(optionsWith({ issuer: asked })).profile).toEqual(PROFILES.rfc7662)
  })

  test('a profile beside a list of issuers belongs inside it', () => {
    const options = optionsWith({ issuer: [ISSUER], profile: 'auth0' })
    expect(misuseOf(() => parseOptions(options))).toEqual({
      code: 'option_conflict',
      message: `Option "profile" belongs to one issuer. Write it into that issuer's definition: issuer: [{ issuer: 'https://…', profile: … }].`,
    })
  })
})
