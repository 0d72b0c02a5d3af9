import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../src/options/parse-options.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { PROFILES } from '../../src/profiles/profiles.ts'
import { misuseOf } from '../support/refusals.ts'
import { rulesOf } from '../support/verified.ts'

const HONEST = { issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes: { read: 'Read' } }

/** Options as JavaScript may pass them: the compiler is not there to help. */
const parse = (changes: Readonly<Record<string, unknown>> = {}) =>
  parseOptions({ ...HONEST, ...changes } as ResourceServerOptions<string>)
const rules = (changes: Readonly<Record<string, unknown>> = {}) =>
  rulesOf({ ...HONEST, ...changes } as ResourceServerOptions<string>)
const misuse = (changes: Readonly<Record<string, unknown>>) => misuseOf(() => parse(changes))
const invalid = (message: string) => ({ code: 'option_invalid', message })

test('issuer, audience and scopes suffice, and the defaults are the documented ones', () => {
  expect(rules()).toMatchObject({
    issuer: 'https://login.example.com',
    audiences: new Set(['https://api.example.com']),
    profile: PROFILES.rfc9068,
    proof: { kind: 'keySet', keySource: { kind: 'metadata', issuer: 'https://login.example.com' } },
    clockToleranceSeconds: 5,
    staleIfErrorSeconds: 3600,
    refreshCooldownSeconds: 5,
    fetchTimeoutSeconds: 5,
    tokenCacheMaxEntries: 10_000,
    issuerCacheSeconds: 300,
    issuerCacheMaxEntries: 10_000,
    realm: 'https://api.example.com',
    resourceMetadata: undefined,
    signatureEngine: 'node',
    allowHttpOnLoopback: false,
    clock: Date.now,
    fetch: globalThis.fetch,
  })
  expect([...rules().algorithms.keys()]).toEqual(['RS256', 'PS256', 'ES256', 'Ed25519'])
  expect(parse()).toMatchObject({ trusted: { kind: 'list', issuers: [rules()] } })
})

describe('nothing is guessed: a missing option says what to type (RFC 9068 section 4)', () => {
  test.each([
    [
      'issuer',
      'Option "issuer" is missing. Type the exact "iss" of your tokens, for example issuer: \'https://login.example.com\'.',
    ],
    [
      'audience',
      'Option "audience" is missing. Type what tokens for this API carry in "aud", for example audience: \'https://api.example.com\'.',
    ],
    [
      'scopes',
      "Option \"scopes\" is missing. Declare every scope that a route requires, for example scopes: { 'orders:read': 'Read orders' }, or scopes: {} if none does.",
    ],
  ])('%s', (name, message) => {
    expect(misuse({ [name]: undefined })).toEqual({ code: 'option_missing', message })
  })

  test.each([undefined, null, 'https://login.example.com', [HONEST], 1])('options that are %j', options => {
    expect(misuseOf(() => parseOptions(options as never))).toEqual({
      code: 'option_missing',
      message: 'Pass an options object: { issuer, audience, scopes }.',
    })
  })
})

describe('an unknown option throws and names the nearest one', () => {
  test.each([
    ['audiences', 'Did you mean "audience"?'],
    ['Issuer', 'Did you mean "issuer"?'],
    ['jwksURI', 'Did you mean "jwksUri"?'],
    ['clockToleranceSecs', 'Did you mean "clockToleranceSeconds"?'],
    ['algorithm', 'Did you mean "algorithms"?'],
    ['scope', 'Did you mean "scopes"?'],
    [
      'secret',
      'Known: issuer, audience, scopes, jwksUri, jwks, algorithms, profile, clockToleranceSeconds, staleIfErrorSeconds, refreshCooldownSeconds, fetchTimeoutSeconds, tokenCacheMaxEntries, signatureQueueMaxEntries, issuerCacheSeconds, issuerCacheMaxEntries, realm, resourceMetadata, dpop, publicOrigin, trustedProxy, revocation, usageRecorder, signatureEngine, allowHttpOnLoopback, clock, fetch.',
    ],
  ])('%s', (name, hint) => {
    expect(misuse({ [name]: 'x' })).toEqual({
      code: 'option_unknown',
      message: `The resource server has no option "${name}". ${hint}`,
    })
  })

  test('also where its value is undefined', () => {
    expect(misuse({ audiences: undefined }).code).toBe('option_unknown')
  })
})

describe('numbers are within their bounds and never coerced', () => {
  const bounds: [string, string, number, number, number][] = [
    ['clockToleranceSeconds', 'a number', 0, 300, 5],
    ['staleIfErrorSeconds', 'a number', 0, 86_400, 3600],
    ['refreshCooldownSeconds', 'a number', 1, 300, 5],
    ['fetchTimeoutSeconds', 'a number', 0.1, 60, 5],
    ['tokenCacheMaxEntries', 'a whole number', 0, 10_000_000, 10_000],
    ['signatureQueueMaxEntries', 'a whole number', 1, 1_000_000, 1000],
  ]
  for (const [name, kind, from, to, fallback] of bounds) {
    const shown: [unknown, string][] = [
      [from - 0.001, String(from - 0.001)],
      [to + 0.001, String(to + 0.001)],
      [-1, '-1'],
      [Number.NaN, 'NaN'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
      ['5', '"5"'],
      [true, 'true'],
      [null, 'null'],
      [5n, '5'],
      [[5], 'an array'],
      [{ valueOf: () => 5 }, 'an object'],
    ]
    test.each(shown)(`${name}: %s`, (value, description) => {
      expect(parse({ [name]: from })).toHaveProperty(name, from)
      expect(parse({ [name]: to })).toHaveProperty(name, to)
      expect(misuse({ [name]: value })).toEqual(
        invalid(`Option "${name}" must be ${kind} from ${from} to ${to} (default ${fallback}), not ${description}.`),
      )
    })
  }

  test('tokenCacheMaxEntries: 1.5 is no whole number', () => {
    expect(misuse({ tokenCacheMaxEntries: 1.5 })).toEqual(
      invalid('Option "tokenCacheMaxEntries" must be a whole number from 0 to 10000000 (default 10000), not 1.5.'),
    )
  })
})

describe('the other kinds of value', () => {
  test.each<[string, unknown, unknown, string]>([
    ['allowHttpOnLoopback', 'true', true, 'must be true or false, not "true".'],
    ['allowHttpOnLoopback', 1, false, 'must be true or false, not 1.'],
    ['clock', 1_800_000_000, () => 1e12, 'must be a function, not 1800000000.'],
    ['clock', new Date(0), Date.now, 'must be a function, not an object.'],
    ['fetch', 'node-fetch', fetch, 'must be a function, not "node-fetch".'],
    ['signatureEngine', 'webcrypto', 'jose', "must be 'node' or 'jose', not \"webcrypto\"."],
    ['signatureEngine', null, 'node', "must be 'node' or 'jose', not null."],
  ])('%s: %s', (name, refused, honest, text) => {
    expect(parse({ [name]: honest })).toHaveProperty(name, honest)
    expect(misuse({ [name]: refused })).toEqual(invalid(`Option "${name}" ${text}`))
  })
})

test.each([
  'issuer',
  'audience',
  'scopes',
  'jwksUri',
  'jwks',
  'algorithms',
  'profile',
  'clockToleranceSeconds',
  'staleIfErrorSeconds',
  'refreshCooldownSeconds',
  'fetchTimeoutSeconds',
  'tokenCacheMaxEntries',
  'issuerCacheSeconds',
  'issuerCacheMaxEntries',
  'realm',
  'signatureEngine',
  'allowHttpOnLoopback',
  'clock',
  'fetch',
])('null is not taken for a missing %s: an environment that forgot to set it shows', name => {
  expect(misuse({ [name]: null }).code).toBe('option_invalid')
})

test.each<[unknown, string]>([
  [1_800_000_000, '1800000000'],
  [999_999_999_999, '999999999999'],
  [Number.NaN, 'NaN'],
  ['1800000000000', '"1800000000000"'],
  [new Date(0), 'an object'],
  [undefined, 'undefined'],
])('a clock that returns %s does not return milliseconds since the epoch', (now, shown) => {
  expect(parse({ clock: () => 1_800_000_000_000 })).toBeDefined()
  expect(misuse({ clock: () => now })).toEqual(
    invalid(`Option "clock" must return milliseconds since the epoch, as Date.now does, not ${shown}.`),
  )
})

describe('parsed once, at construction', () => {
  test('the parsed options are frozen', () => {
    const { trusted } = parse()
    expect(Object.isFrozen(parse())).toBe(true)
    expect(trusted.kind === 'list' && Object.isFrozen(trusted.issuers)).toBe(true)
    expect(Object.isFrozen(rules())).toBe(true)
  })

  test('a change of what was passed changes nothing afterwards', () => {
    const audience = ['https://api.example.com']
    const algorithms = ['ES256']
    const scopes: Record<string, string> = { read: 'Read' }
    const parsed = rules({ audience, algorithms, scopes })
    audience.push('https://other.example.com')
    algorithms.push('RS256')
    scopes.write = 'Write'
    expect([...parsed.audiences]).toEqual(['https://api.example.com'])
    expect([...parsed.algorithms.keys()]).toEqual(['ES256'])
    expect([...parsed.vocabulary.descriptions.keys()]).toEqual(['read'])
  })

  test('a key added to the passed key set afterwards is not trusted', () => {
    const keys = [{ kty: 'EC', kid: 'honest' }]
    const { proof } = rules({ jwks: { keys } })
    keys.push({ kty: 'EC', kid: 'added' })
    ;(keys[0] as { kid: string }).kid = 'changed'
    expect(proof).toEqual({
      kind: 'keySet',
      keySource: { kind: 'inline', jwks: { keys: [{ kty: 'EC', kid: 'honest' }] } },
    })
  })
})
