import { describe, expect, test } from 'vitest'
import { introspection } from '../../src/options/introspection.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import { P256 } from '../support/key-material.ts'
import { misuseOf } from '../support/refusals.ts'

const A = 'https://a.example.com'
const B = 'https://b.example.com'
const JWKS = { keys: [P256] }

const parse = (options: Readonly<Record<string, unknown>>) =>
  parseOptions({
    audience: 'https://api.example.com',
    scopes: {},
    ...options,
  } as unknown as ResourceServerOptions<string>)
const misuse = (options: Readonly<Record<string, unknown>>) => misuseOf(() => parse(options))
const asked = (issuer: string) =>
  introspection({
    issuer,
    clientId: 'api',
    clientAuthentication: { method: 'client_secret_basic', clientSecret: 'a-secret-of-the-client-0123456789' },
  })
const secret = (issuer: string) => sharedSecret({ issuer, secrets: ['0123456789abcdef0123456789abcdef'] })

const parsed = (options: Readonly<Record<string, unknown>>) => {
  const { trusted } = parse(options)
  return trusted.kind === 'list' ? trusted.issuers.map(({ issuer, proof }) => [issuer, proof.kind]) : trusted.kind
}

describe('what the option "issuer" may be', () => {
  test.each<[string, unknown, unknown]>([
    ['a name', A, [[A, 'keySet']]],
    ['a definition', { issuer: A, jwksUri: `${A}/jwks` }, [[A, 'keySet']]],
    ['a shared secret', secret(A), [[A, 'sharedSecret']]],
    ['introspection', asked(A), [[A, 'introspection']]],
    ['a list of one', [A], [[A, 'keySet']]],
    [
      'a list of all kinds',
      [A, { issuer: B }, secret('https://c.example.com'), asked('https://d.example.com')],
      [
        [A, 'keySet'],
        [B, 'keySet'],
        ['https://c.example.com', 'sharedSecret'],
        ['https://d.example.com', 'introspection'],
      ],
    ],
    [
      'keys and introspection of one issuer',
      [A, asked(A)],
      [
        [A, 'keySet'],
        [A, 'introspection'],
      ],
    ],
    ['a function', () => undefined, 'resolver'],
  ])('%s', (_what, issuer, expected) => {
    expect(parsed({ issuer })).toEqual(expected)
  })
})

describe('contradictions', () => {
  const inside = (name: string) => ({
    code: 'option_conflict',
    message: `Option "${name}" belongs to one issuer. Write it into that issuer's definition: issuer: [{ issuer: 'https://…', ${name}: … }].`,
  })
  const returned = (name: string) => ({
    code: 'option_conflict',
    message: `Option "${name}" belongs to one issuer. Write it into what the function returns: { issuer: iss, ${name}: … }.`,
  })
  test.each([
    ['jwksUri', `${A}/jwks`],
    ['jwks', JWKS],
    ['algorithms', ['ES256']],
    ['profile', 'keycloak'],
  ])('%s beside anything but a name', (name, value) => {
    expect(parsed({ issuer: A, [name]: value })).toEqual([[A, 'keySet']])
    for (const issuer of [[A], [A, B], { issuer: A }, asked(A), secret(A), () => undefined]) {
      expect(misuse({ issuer, [name]: value })).toEqual(typeof issuer === 'function' ? returned(name) : inside(name))
      expect(() => parse({ issuer, [name]: undefined })).not.toThrow()
    }
  })

  test.each([
    ['issuerCacheSeconds', 60],
    ['issuerCacheMaxEntries', 10],
  ])('%s without a function', (name, value) => {
    expect(parsed({ issuer: () => undefined, [name]: value })).toBe('resolver')
    const message = `Option "${name}" does nothing unless "issuer" is a function. Leave it out.`
    for (const issuer of [A, [A], { issuer: A }, asked(A)]) {
      expect(misuse({ issuer, [name]: value })).toEqual({ code: 'option_conflict', message })
    }
  })

  test.each(['fetch', 'fetchTimeoutSeconds', 'refreshCooldownSeconds', 'staleIfErrorSeconds'])(
    '%s where nothing is fetched',
    name => {
      const value = name === 'fetch' ? globalThis.fetch : 10
      const ofKeys = { issuer: A, jwks: JWKS }
      for (const issuer of [A, [ofKeys, B], [ofKeys, asked(B)], () => undefined]) {
        expect(() => parse({ issuer, [name]: value })).not.toThrow()
      }
      for (const issuer of [ofKeys, [ofKeys], [ofKeys, { issuer: B, jwks: JWKS }], secret(A), [ofKeys, secret(B)]]) {
        expect(misuse({ issuer, [name]: value })).toMatchObject({ code: 'option_conflict' })
      }
      const message = `Option "${name}" does nothing beside "jwks" and sharedSecret(…): no keys are fetched. Leave it out.`
      expect(misuse({ issuer: A, jwks: JWKS, [name]: value })).toEqual({ code: 'option_conflict', message })
    },
  )

  test('the same issuer twice', () => {
    const message = `Option "issuer": "${A}" stands there twice. Keep one; keys and secrets of one issuer never mix.`
    for (const twice of [
      [A, A],
      [A, B, { issuer: A }],
      [A, secret(A)],
      [secret(A), secret(A)],
      [A, asked(A), { issuer: A }],
    ]) {
      expect(misuse({ issuer: twice })).toEqual({ code: 'option_conflict', message })
    }
    expect(parsed({ issuer: [A, `${A}/`] })).toHaveLength(2)
  })

  test('two issuers that are asked about opaque tokens', () => {
    const message =
      'Option "issuer": two issuers take opaque tokens, and nothing in such a token says whose it is. Asking one after the other would show the tokens of each to the other. Keep one introspection(…).'
    for (const two of [
      [asked(A), asked(B)],
      [asked(A), asked(A)],
      [A, asked(A), B, asked(B)],
    ]) {
      expect(misuse({ issuer: two })).toEqual({ code: 'option_conflict', message })
    }
  })
})

describe('what cannot be an issuer', () => {
  const notOne = (shown: string) =>
    `An issuer must be its identifier, { issuer, … }, sharedSecret(…) or introspection(…), not ${shown}.`
  const missing =
    'Option "issuer" is missing. Type the exact "iss" of your tokens, for example issuer: \'https://login.example.com\'.'

  test('an empty list', () => {
    const message = 'Option "issuer" is an empty list: no token could be accepted.'
    expect(misuse({ issuer: [] })).toEqual({ code: 'option_missing', message })
  })

  test('a list with a hole, which is named', () => {
    expect(parsed({ issuer: [A, B] })).toHaveLength(2)
    const hole = new Array<unknown>(1)
    for (const [list, index] of [
      [hole, 0],
      [hole.concat(A), 0],
      [[A as unknown].concat(hole, B), 1],
    ] as const) {
      expect(misuse({ issuer: list })).toEqual({
        code: 'option_invalid',
        message: `issuer[${index}]: ${notOne('undefined')}`,
      })
    }
  })

  test.each<[unknown, string]>([
    [null, notOne('null')],
    [5, notOne('5')],
    [true, notOne('true')],
  ])('%s', (issuer, message) => {
    expect(misuse({ issuer })).toEqual({ code: 'option_invalid', message })
  })

  test('nothing at all', () => {
    for (const issuer of [undefined, {}])
      expect(misuse({ issuer })).toEqual({ code: 'option_missing', message: missing })
  })

  test.each<[string, unknown, string, string]>([
    ['undefined', undefined, 'option_invalid', notOne('undefined')],
    ['null', null, 'option_invalid', notOne('null')],
    ['a list', [B], 'option_invalid', notOne('an array')],
    ['a function', () => B, 'option_invalid', notOne('a function')],
    ['no name', {}, 'option_missing', missing],
    ['an empty name', '', 'option_invalid', 'Option "issuer" must be an absolute URL, not "".'],
    [
      'an http name',
      'http://b.example.com',
      'option_invalid',
      'Option "issuer" must be an https URL, not "http://b.example.com".',
    ],
    [
      'a misspelt member',
      { issuer: B, jwkUri: B },
      'option_unknown',
      'An issuer has no option "jwkUri". Did you mean "jwksUri"?',
    ],
    [
      'two key sources',
      { issuer: B, jwksUri: B, jwks: JWKS },
      'option_conflict',
      'Options "jwksUri" and "jwks" contradict each other. Keep one of them.',
    ],
    [
      'a bad algorithm',
      { issuer: B, algorithms: ['HS256'] },
      'option_invalid',
      'Option "algorithms": "HS256" cannot be used. Choose from RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.',
    ],
    [
      'an empty audience',
      { issuer: B, audience: '' },
      'option_invalid',
      'Option "audience" must be a non-empty string or an array of them.',
    ],
  ])('%s as an element, which is named', (_what, element, code, message) => {
    expect(misuse({ issuer: [A, element] })).toEqual({ code, message: `issuer[1]: ${message}` })
  })
})
