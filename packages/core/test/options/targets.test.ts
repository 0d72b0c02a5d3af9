import { describe, expect, test } from 'vitest'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { misuseOf } from '../support/refusals.ts'
import { rulesOf } from '../support/verified.ts'

const HONEST = { issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes: {} }
const parse = (changes: Readonly<Record<string, unknown>> = {}) =>
  rulesOf({ ...HONEST, ...changes } as ResourceServerOptions<string>)
const keySourceFor = (changes: Readonly<Record<string, unknown>>) => {
  const { proof } = parse(changes)
  return proof.kind === 'keySet' ? proof.keySource : proof
}
const misuse = (changes: Readonly<Record<string, unknown>>) => misuseOf(() => parse(changes))
const invalid = (message: string) => ({ code: 'option_invalid', message })

describe('issuer (RFC 8414 section 2)', () => {
  const absolute = (shown: string) => `Option "issuer" must be an absolute URL, not ${shown}.`
  const https = (shown: string) => `Option "issuer" must be an https URL, not ${shown}.`
  const bare = 'Option "issuer" must have no user name, password or fragment.'
  const query = 'Option "issuer" must have no query (RFC 8414 section 2).'
  const noIssuer = (shown: string) =>
    `An issuer must be its identifier, { issuer, … }, sharedSecret(…) or introspection(…), not ${shown}.`
  const loopback = 'Option "issuer" is an http URL. For tests on this machine add allowHttpOnLoopback: true.'
  test.each<[unknown, string]>([
    ['login.example.com', absolute('"login.example.com"')],
    ['/login', absolute('"/login"')],
    ['', absolute('""')],
    [new URL(HONEST.issuer), noIssuer('an object of a class')],
    [[[HONEST.issuer]], `issuer[0]: ${noIssuer('an array')}`],
    [1, noIssuer('1')],
    ['http://login.example.com', https('"http://login.example.com"')],
    ['http://127.0.0.1.example.com', https('"http://127.0.0.1.example.com"')],
    ['http://localhost.example.com', https('"http://localhost.example.com"')],
    ['ftp://login.example.com', https('"ftp://login.example.com"')],
    ['javascript:alert(1)', https('"javascript:alert(1)"')],
    [`data:${'x'.repeat(100)}`, https(`"data:${'x'.repeat(75)}…"`)],
    ['https://login.example.com?', query],
    ['https://login.example.com/?tenant=a', query],
    ['https://login.example.com#', bare],
    ['https://login.example.com#a', bare],
    ['https://user@login.example.com', bare],
    ['https://user:secret@login.example.com', bare],
    ['https://:secret@login.example.com', bare],
    ['http://127.0.0.1:8080', loopback],
    ['http://localhost:8080', loopback],
    ['http://[::1]:8080', loopback],
  ])('%s is refused', (issuer, message) => {
    expect(parse().issuer).toBe(HONEST.issuer)
    expect(misuse({ issuer })).toEqual(invalid(message))
  })

  test.each([
    'https://login.example.com',
    'https://login.example.com/',
    'https://login.example.com/tenant/',
    'https://LOGIN.example.com:443/%7etenant',
  ])('%s is kept as it is typed, because it is compared to the letter', issuer => {
    expect(parse({ issuer }).issuer).toBe(issuer)
  })

  test.each(['http://127.0.0.1:8080', 'http://127.9.9.9', 'http://localhost:8080', 'http://[::1]:8080'])(
    '%s is taken where loopback is allowed by name',
    issuer => {
      expect(parse({ issuer, allowHttpOnLoopback: true }).issuer).toBe(issuer)
    },
  )

  test('allowing loopback allows http nowhere else', () => {
    expect(misuse({ issuer: 'http://login.example.com', allowHttpOnLoopback: true })).toEqual(
      invalid(https('"http://login.example.com"')),
    )
  })
})

describe('audience (RFC 9068 section 4)', () => {
  test.each([
    ['https://api.example.com', ['https://api.example.com']],
    ['api', ['api']],
    [
      ['https://a.example.com', 'https://b.example.com'],
      ['https://a.example.com', 'https://b.example.com'],
    ],
  ])('%j is taken', (audience, audiences) => {
    expect([...parse({ audience }).audiences]).toEqual(audiences)
  })

  test.each<[unknown]>([[''], [[]], [['']], [['a', '']], [['a', 1]], [1], [{}], [true]])('%j is refused', audience => {
    expect(misuse({ audience })).toEqual(invalid('Option "audience" must be a non-empty string or an array of them.'))
  })
})

describe('where the keys come from', () => {
  const jwks = { keys: [{ kty: 'EC' }] }

  test('jwksUri replaces the metadata', () => {
    expect(keySourceFor({ jwksUri: 'https://keys.example.com/jwks?v=1' })).toEqual({
      kind: 'jwksUri',
      jwksUri: 'https://keys.example.com/jwks?v=1',
    })
  })

  test('a hole is no key', () => {
    expect(misuse({ jwks: { keys: new Array(1) } })).toEqual({
      code: 'option_invalid',
      message: 'Option "jwks" must be a key set with at least one key: { keys: [{ kty, … }] }.',
    })
  })

  test('jwksUri and jwks contradict each other', () => {
    expect(misuse({ jwksUri: 'https://keys.example.com', jwks })).toEqual({
      code: 'option_conflict',
      message: 'Options "jwksUri" and "jwks" contradict each other. Keep one of them.',
    })
  })

  test.each<[string, unknown]>([
    ['staleIfErrorSeconds', 60],
    ['refreshCooldownSeconds', 60],
    ['fetchTimeoutSeconds', 60],
    ['fetch', fetch],
  ])('%s does nothing beside inline keys, and so it is refused', (name, value) => {
    expect(parse({ [name]: value })).toHaveProperty(name, value)
    expect(misuse({ jwks, [name]: value })).toEqual({
      code: 'option_conflict',
      message: `Option "${name}" does nothing beside "jwks" and sharedSecret(…): no keys are fetched. Leave it out.`,
    })
  })

  test('fetchTimeoutSeconds is the deadline of a replay store too, so beside one it may be set', () => {
    const dpop = { mode: 'accepted', replayStore: { remember: () => 'first' } } as const
    expect(parse({ jwks, dpop, publicOrigin: 'https://api.example.com', fetchTimeoutSeconds: 1 })).toHaveProperty(
      'fetchTimeoutSeconds',
      1,
    )
  })

  test('an http jwksUri is refused', () => {
    expect(misuse({ jwksUri: 'http://keys.example.com' })).toEqual(
      invalid('Option "jwksUri" must be an https URL, not "http://keys.example.com".'),
    )
  })

  test.each<[unknown]>([
    [{}],
    [{ keys: [] }],
    [{ keys: {} }],
    [{ keys: [null] }],
    [{ keys: ['a'] }],
    [[]],
    ['{"keys":[]}'],
    [1],
  ])('jwks: %j is refused', refused => {
    expect(keySourceFor({ jwks })).toEqual({ kind: 'inline', jwks })
    expect(misuse({ jwks: refused })).toEqual(
      invalid('Option "jwks" must be a key set with at least one key: { keys: [{ kty, … }] }.'),
    )
  })

  test.each<[string, object]>([
    ['a function', { kty: 'EC', x: () => 'x' }],
    ['a symbol', { kty: 'EC', x: Symbol('x') }],
    ['a promise', { kty: 'EC', x: Promise.resolve('x') }],
    [
      'a getter that throws',
      {
        kty: 'EC',
        get x(): never {
          throw new Error('x')
        },
      },
    ],
  ])('jwks: a key with %s is refused', (_what, key) => {
    expect(keySourceFor({ jwks })).toEqual({ kind: 'inline', jwks })
    expect(misuse({ jwks: { keys: [{ kty: 'EC' }, key] } })).toEqual(
      invalid('Option "jwks" must be plain data: keys as JSON has them.'),
    )
  })
})

describe('algorithms (RFC 8725 section 3.1)', () => {
  const all = 'RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA'
  test.each<[unknown, string]>([
    ['HS256', '"HS256"'],
    ['HS512', '"HS512"'],
    ['none', '"none"'],
    ['rs256', '"rs256"'],
    ['RS256 ', '"RS256 "'],
    ['__proto__', '"__proto__"'],
    [256, '256'],
    [['RS256'], 'an array'],
    [undefined, 'undefined'],
  ])('%s cannot be listed', (name, shown) => {
    expect([...parse({ algorithms: ['RS256'] }).algorithms.keys()]).toEqual(['RS256'])
    expect(misuse({ algorithms: ['RS256', name] })).toEqual(
      invalid(`Option "algorithms": ${shown} cannot be used. Choose from ${all}.`),
    )
  })

  test.each<[unknown]>([[[]], ['RS256'], [{}], [new Set(['RS256'])]])('%j is not a list', algorithms => {
    expect(misuse({ algorithms })).toEqual(
      invalid('Option "algorithms" must be a non-empty array, for example [\'RS256\'].'),
    )
  })
})

describe('realm (RFC 9110 section 11.5)', () => {
  test.each(['api', 'Example API (v1), [a]!', ' '])('%j is taken', realm => {
    expect(parse({ realm }).realm).toBe(realm)
  })

  test.each<[unknown]>([
    [''],
    ['a"b'],
    ['a\\b'],
    ['a\r\nSet-Cookie: b'],
    ['a\tb'],
    ['a\0'],
    ['a\x7f'],
    ['ä'],
    ['😀'],
    [1],
    [['a']],
  ])('%j is refused, because it would end the quoted string or the header', realm => {
    expect(misuse({ realm })).toEqual(invalid('Option "realm" must be printable ASCII without quote and backslash.'))
  })

  test('an audience that cannot be quoted does not stand in for it', () => {
    expect(parse({ audience: 'api "x"', realm: 'api' }).realm).toBe('api')
    expect(misuse({ audience: 'api "x"' })).toEqual({
      code: 'option_missing',
      message:
        'Option "realm" is missing: the audience cannot stand in for it, because it has characters that a header cannot quote.',
    })
  })
})
