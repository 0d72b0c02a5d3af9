import { createAuthority } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { type IntrospectionOptions, introspection } from '../../src/options/introspection.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import { misuseOf } from '../support/refusals.ts'
import { AUDIENCE, ISSUER, keys, SCOPES } from '../support/tokens.ts'

const BASIC = { method: 'client_secret_basic', clientSecret: 's3cret' }

/** Options as JavaScript may pass them: the compiler is not there to help. */
const make = (changes: Readonly<Record<string, unknown>> = {}) =>
  introspection({ issuer: ISSUER, clientId: 'api', clientAuthentication: BASIC, ...changes } as IntrospectionOptions)
const misuse = (changes: Readonly<Record<string, unknown>>) => misuseOf(() => make(changes))
const parse = (definition: unknown, beside: object = {}) =>
  parseOptions({ issuer: definition, audience: AUDIENCE, scopes: SCOPES, ...beside } as never)
const issuerOf = (definition: unknown, beside: object = {}) => {
  const { trusted } = parse(definition, beside)
  if (trusted.kind !== 'list') throw new Error('no list')
  return trusted.issuers[0]
}

test('issuer, clientId and clientAuthentication suffice, and the defaults are the documented ones', () => {
  expect(issuerOf(make())).toMatchObject({
    issuer: ISSUER,
    profile: { name: 'rfc7662' },
    audiences: new Set([AUDIENCE]),
    proof: {
      kind: 'introspection',
      endpoint: undefined,
      client: { clientId: 'api' },
      cacheSeconds: 10,
      signedAnswers: undefined,
    },
  })
})

test('all options count', async () => {
  const jwks = { keys: [(await keys('ES256')).publicJwk] }
  const rules = issuerOf(
    make({
      introspectionEndpoint: 'https://other.example.com/introspect?tenant=1',
      cacheSeconds: 0,
      signedResponses: true,
      jwks,
      algorithms: ['ES256'],
      audience: ['a', 'b'],
      profile: 'keycloak',
    }),
  )
  expect(rules).toMatchObject({
    profile: { name: 'keycloak' },
    audiences: new Set(['a', 'b']),
    proof: {
      endpoint: 'https://other.example.com/introspect?tenant=1',
      cacheSeconds: 0,
      signedAnswers: { kind: 'inline' },
    },
  })
  expect([...(rules?.algorithms.keys() ?? [])]).toEqual(['ES256'])
})

describe('what is passed', () => {
  test.each([undefined, null, ISSUER, 1, []])('%j is no options', options => {
    expect(misuseOf(() => introspection(options as never))).toEqual({
      code: 'option_missing',
      message: 'Write introspection({ issuer, clientId, clientAuthentication: { method, … } }).',
    })
  })

  const KNOWN =
    'Known: issuer, clientId, clientAuthentication, introspectionEndpoint, cacheSeconds, signedResponses, jwksUri, jwks, algorithms, audience, profile.'
  test.each([
    ['clientID', 'Did you mean "clientId"?'],
    ['introspectionUri', 'Did you mean "introspectionEndpoint"?'],
    ['cacheSecs', 'Did you mean "cacheSeconds"?'],
    ['signedResponse', 'Did you mean "signedResponses"?'],
    ['secrets', KNOWN],
    ['fetch', KNOWN],
  ])('%s is no option', (name, hint) => {
    expect(misuse({ [name]: undefined })).toEqual({
      code: 'option_unknown',
      message: `introspection() has no option "${name}". ${hint}`,
    })
  })

  test.each([undefined, null, '', 7, ['api']])('a clientId that is %j', clientId => {
    expect(misuse({ clientId })).toEqual({
      code: 'option_missing',
      message:
        'introspection(): "clientId" is missing. Type the identifier under which the authorization server knows this API.',
    })
  })

  test.each([undefined, null, 's3cret', [BASIC]])('a clientAuthentication that is %j', clientAuthentication => {
    expect(misuse({ clientAuthentication })).toEqual({
      code: 'option_missing',
      message:
        'introspection(): "clientAuthentication" is missing. Type, for example, { method: \'client_secret_basic\', clientSecret }.',
    })
  })

  test.each([
    [-1, '-1'],
    [301, '301'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['10', '"10"'],
    [null, 'null'],
  ])('cacheSeconds %j', (cacheSeconds, shown) => {
    expect(misuse({ cacheSeconds })).toEqual({
      code: 'option_invalid',
      message: `Option "cacheSeconds" must be a number from 0 to 300 (default 10), not ${shown}.`,
    })
  })

  test('signedResponses that is not true or false', () => {
    expect(misuse({ signedResponses: 'yes' })).toEqual({
      code: 'option_invalid',
      message: 'Option "signedResponses" must be true or false, not "yes".',
    })
  })

  test.each(['jwksUri', 'jwks', 'algorithms'])('%s without signed answers does nothing', name => {
    const expected = {
      code: 'option_conflict',
      message: `introspection(): "${name}" does nothing without signedResponses: true. Add that, or leave it out.`,
    }
    expect(misuse({ [name]: [] })).toEqual(expected)
    expect(misuse({ [name]: [], signedResponses: false })).toEqual(expected)
  })
})

describe('what only shows beside the other options', () => {
  const invalid = (message: string) => ({ code: 'option_invalid', message })

  test.each([
    ['/introspect', 'Option "introspectionEndpoint" must be an absolute URL.'],
    [
      'http://login.example.com/i',
      'Option "introspectionEndpoint" must be an https URL, not "http://login.example.com/i".',
    ],
    [
      'http://127.0.0.1/i',
      'Option "introspectionEndpoint" is an http URL. For tests on this machine add allowHttpOnLoopback: true.',
    ],
    [
      'https://api:s3cret@login.example.com/i',
      'Option "introspectionEndpoint" must have no user name, password or fragment.',
    ],
    [7, 'Option "introspectionEndpoint" must be an absolute URL.'],
  ])('introspectionEndpoint %j', (introspectionEndpoint, message) => {
    expect(misuseOf(() => parse(make({ introspectionEndpoint })))).toEqual(invalid(message))
  })

  test('http on loopback where it is allowed', () => {
    const rules = issuerOf(make({ introspectionEndpoint: 'http://127.0.0.1/i' }), { allowHttpOnLoopback: true })
    expect(rules?.proof).toMatchObject({ endpoint: 'http://127.0.0.1/i' })
  })

  test('a client certificate where the endpoint is http, which has no certificates (RFC 8705 section 2)', () => {
    const { certificate, privateKey } = createAuthority('test authority').issue('api')
    const clientAuthentication = { method: 'tls_client_auth', certificate, privateKey }
    const endpointOf = (introspectionEndpoint: string) =>
      issuerOf(make({ clientAuthentication, introspectionEndpoint }), { allowHttpOnLoopback: true })?.proof
    expect(endpointOf('https://127.0.0.1/i')).toMatchObject({ endpoint: 'https://127.0.0.1/i' })
    expect(misuseOf(() => endpointOf('http://127.0.0.1/i'))).toEqual({
      code: 'option_conflict',
      message:
        'introspection(): there are no client certificates over http. Name an https "introspectionEndpoint", or another method.',
    })
  })

  test('an issuer that is none', () => {
    expect(misuseOf(() => parse(make({ issuer: undefined }))).code).toBe('option_missing')
    expect(misuseOf(() => parse(make({ issuer: 'login' })))).toEqual(
      invalid('Option "issuer" must be an absolute URL, not "login".'),
    )
  })

  test.each(['HS256', 'none'])('signed answers by %s', name => {
    expect(misuseOf(() => parse(make({ signedResponses: true, algorithms: [name] }))).message).toBe(
      `Option "algorithms": "${name}" cannot be used. Choose from RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.`,
    )
  })

  test('both places for the keys of signed answers', () => {
    const both = { signedResponses: true, jwksUri: `${ISSUER}/jwks`, jwks: { keys: [{}] } }
    expect(misuseOf(() => parse(make(both)))).toEqual({
      code: 'option_conflict',
      message: 'Options "jwksUri" and "jwks" contradict each other. Keep one of them.',
    })
  })

  test('two issuers that are asked: nothing in a token says which', () => {
    expect(misuseOf(() => parse([make(), make({ issuer: 'https://other.example.com' })]))).toEqual({
      code: 'option_conflict',
      message:
        'Option "issuer": two issuers take opaque tokens, and nothing in such a token says whose it is. Asking one after the other would show the tokens of each to the other. Keep one introspection(…).',
    })
  })

  test('the same issuer with its keys beside is no contradiction', () => {
    expect(parse([make(), ISSUER]).trusted).toMatchObject({ kind: 'list', issuers: [{}, {}] })
  })

  test('options of fetching mean something: the endpoint is asked', () => {
    const endpoint = { introspectionEndpoint: `${ISSUER}/introspect` }
    expect(parse(make(endpoint), { fetchTimeoutSeconds: 2, refreshCooldownSeconds: 2 })).toMatchObject({
      fetchTimeoutSeconds: 2,
    })
  })

  test('errors of an element of a list say which one', () => {
    expect(misuseOf(() => parse([ISSUER, make({ introspectionEndpoint: 'x' })])).message).toBe(
      'issuer[1]: Option "introspectionEndpoint" must be an absolute URL.',
    )
  })
})
