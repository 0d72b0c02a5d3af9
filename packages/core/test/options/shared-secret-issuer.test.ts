import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../src/options/parse-options.ts'
import { SharedSecretIssuer, type SharedSecretOptions, sharedSecret } from '../../src/options/shared-secret.ts'
import { misuseOf } from '../support/refusals.ts'
import { AUDIENCE, ISSUER, SCOPES } from '../support/tokens.ts'

const SECRET = 'a-secret-of-thirty-two-bytes-0123456789'

/** Options as JavaScript may pass them: the compiler is not there to help. */
const make = (changes: Readonly<Record<string, unknown>> = {}) =>
  sharedSecret({ issuer: ISSUER, secrets: [SECRET], ...changes } as SharedSecretOptions)
const misuse = (changes: Readonly<Record<string, unknown>>) => misuseOf(() => make(changes))
const parse = (definition: unknown, beside: object = {}) =>
  parseOptions({ issuer: definition, audience: AUDIENCE, scopes: SCOPES, ...beside } as never)
const issuerOf = (definition: unknown) => {
  const { trusted } = parse(definition)
  if (trusted.kind !== 'list') throw new Error('no list')
  return trusted.issuers[0]
}

describe('an algorithm that is none', () => {
  test.each([['RS256'], ['none'], ['hs256'], ['HS1'], [''], ['__proto__'], [['HS256']], [[]], [null], [256], [{}]])(
    '%j',
    algorithm => {
      expect(issuerOf(make({ algorithm: 'HS256' }))?.algorithms.size).toBe(1)
      expect(misuse({ algorithm })).toEqual({
        code: 'option_invalid',
        message:
          'sharedSecret(): "algorithm" must be one of HS256, HS384, HS512. Other algorithms belong to an issuer with a key set.',
      })
    },
  )

  test.each(['HS256', 'HS384', 'HS512'])('%s belongs to no issuer with a key set', name => {
    const expected = `Option "algorithms": "${name}" cannot be used. Choose from RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.`
    const misused = { code: 'option_invalid', message: expected }
    expect(misuseOf(() => parse(ISSUER, { algorithms: [name] }))).toEqual(misused)
    expect(misuseOf(() => parse({ issuer: ISSUER, algorithms: ['RS256', name] }))).toEqual(misused)
  })
})

describe('what only shows beside the other options', () => {
  test.each([
    [
      undefined,
      'option_missing',
      'Option "issuer" is missing. Type the exact "iss" of your tokens, for example issuer: \'https://login.example.com\'.',
    ],
    ['login', 'option_invalid', 'Option "issuer" must be an absolute URL, not "login".'],
    [
      'http://login.example.com',
      'option_invalid',
      'Option "issuer" must be an https URL, not "http://login.example.com".',
    ],
    [`${ISSUER}?x=1`, 'option_invalid', 'Option "issuer" must have no query (RFC 8414 section 2).'],
  ])('issuer %j', (issuer, code, message) => {
    expect(misuseOf(() => parse(make({ issuer })))).toEqual({ code, message })
    expect(misuseOf(() => parse([ISSUER, make({ issuer })]))).toEqual({ code, message: `issuer[1]: ${message}` })
  })

  test('an audience that is none', () => {
    expect(misuseOf(() => parse(make({ audience: [] })))).toEqual({
      code: 'option_invalid',
      message: 'Option "audience" must be a non-empty string or an array of them.',
    })
  })

  test.each([
    ['fapi2', 'PS256, ES256, Ed25519'],
    ['google', 'RS256'],
    ['cognito', 'RS256'],
  ] as const)('the profile %s, which has its own algorithms', (profile, algorithms) => {
    expect(misuseOf(() => parse(make({ profile })))).toEqual({
      code: 'option_conflict',
      message: `sharedSecret(): the profile "${profile}" demands ${algorithms}. Name the issuer with its key set instead: { issuer, profile }.`,
    })
  })

  test('a profile of introspection responses', () => {
    expect(misuseOf(() => parse(make({ profile: 'rfc7662' })))).toEqual({
      code: 'option_conflict',
      message:
        'Option "profile": "rfc7662" describes introspection responses, not signed tokens. Use it inside introspection(…).',
    })
  })

  test.each(['jwksUri', 'jwks', 'algorithms', 'profile'])('%s beside it', name => {
    const value = { jwks: { keys: [] }, algorithms: ['HS256'] }[name] ?? 'https://x.example'
    expect(misuseOf(() => parse(make(), { [name]: value }))).toEqual({
      code: 'option_conflict',
      message: `Option "${name}" belongs to one issuer. Write it into that issuer's definition: issuer: [{ issuer: 'https://…', ${name}: … }].`,
    })
  })

  test('the same issuer by its keys as well', () => {
    expect(misuseOf(() => parse([make(), ISSUER]))).toEqual({
      code: 'option_conflict',
      message: `Option "issuer": "${ISSUER}" stands there twice. Keep one; keys and secrets of one issuer never mix.`,
    })
  })

  test('a copy of what sharedSecret made is not one: the secrets do not come along', () => {
    expect(parse(make()).trusted.kind).toBe('list')
    expect(misuseOf(() => parse({ ...make() } as never)).message).toContain('Option "issuer" is missing.')
    const forged = Object.create(SharedSecretIssuer.prototype, { issuer: { value: ISSUER } })
    expect(() => parse(forged)).toThrow(TypeError)
  })
})
