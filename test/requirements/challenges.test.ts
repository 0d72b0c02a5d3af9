import { allOf, authenticated, createResourceServer, service, user } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { createDenials, type ServerParameters } from '../../packages/core/src/challenge/create-denials.ts'
import { DENIALS, type DenialCode } from '../../packages/core/src/errors/denials.ts'
import { Rejection } from '../../packages/core/src/errors/rejection.ts'
import { type Challenge, challengesIn } from './challenge-grammar.ts'

const AUDIENCE = 'https://api.example.com'
const SIGN_IN = { acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 }
const ROUTE = { scopes: ['items:read', 'items:write'], stepUps: [SIGN_IN] }
const BASE: ServerParameters = { realm: AUDIENCE, nonce: () => 'nonce-1' }
const DPOP = { algs: ['ES256', 'Ed25519', 'PS256'] } as const
const SERVERS: readonly ServerParameters[] = [
  BASE,
  { ...BASE, resourceMetadata: `${AUDIENCE}/.well-known/oauth-protected-resource` },
  { ...BASE, dpop: { mode: 'accepted', ...DPOP } },
  {
    ...BASE,
    dpop: { mode: 'required', ...DPOP },
    resourceMetadata: `${AUDIENCE}/.well-known/oauth-protected-resource`,
  },
]
const CODES = Object.keys(DENIALS) as DenialCode[]

/** Every answer of every server on a route with everything that a challenge can name, and on one with nothing. */
const DENIED = SERVERS.flatMap(server =>
  [ROUTE, {}].flatMap(route =>
    CODES.flatMap(code =>
      ([undefined, 'Bearer', 'DPoP'] as const).map(presented => {
        const signIn = code === 'insufficient_user_authentication' ? SIGN_IN : undefined
        return createDenials(server)(route)(new Rejection(code), { presented, signIn })
      }),
    ),
  ),
)

const CHALLENGES: readonly Challenge[] = DENIED.flatMap(({ headers }) => {
  const line = headers['WWW-Authenticate']
  return line === undefined ? [] : challengesIn(line)
})

/** RFC 6750 section 3, RFC 9470 section 3, RFC 9449 section 7.1, RFC 9728 section 5.1. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  realm: /^"[\x20\x21\x23-\x5b\x5d-\x7e]+"$/,
  error: /^"[\x20\x21\x23-\x5b\x5d-\x7e]+"$/,
  error_description: /^"[\x20\x21\x23-\x5b\x5d-\x7e]+"$/,
  scope: /^"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*"$/,
  acr_values: /^"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*"$/,
  max_age: /^"\d+"$/,
  algs: /^"\w+( \w+)*"$/,
  resource_metadata: /^"https:\/\/[\x21\x23-\x5b\x5d-\x7e]+"$/,
}

test('400, 401 and 403 carry a challenge, and 503 carries none (RFC 9110 section 11.6.1, RFC 6750 section 3)', () => {
  expect(new Set(DENIED.map(({ status }) => status))).toEqual(new Set([400, 401, 403, 503]))
  const wrong = DENIED.filter(({ status, headers }) => {
    const line = headers['WWW-Authenticate']
    return status === 503 ? line !== undefined : line === undefined || challengesIn(line).length === 0
  })
  expect(wrong).toEqual([])
})

test('each challenge begins with its realm as a quoted string (RFC 9110 section 11.5, RFC 6750 section 3)', () => {
  expect(new Set(CHALLENGES.map(({ scheme }) => scheme))).toEqual(new Set(['Bearer', 'DPoP']))
  const first = CHALLENGES.map(({ parameters }) => parameters[0]?.join('='))
  expect(new Set(first)).toEqual(new Set([`realm="${AUDIENCE}"`]))
})

test('no parameter stands in a challenge twice, in whatever case (RFC 9110 section 11.2)', () => {
  const named = CHALLENGES.map(({ parameters }) => parameters.map(([name]) => name.toLowerCase()))
  expect(named.filter(names => new Set(names).size < names.length)).toEqual([])
  expect([...new Set(named.flat())].sort()).toEqual(Object.keys(GRAMMAR).sort())
})

test('no value leaves the characters that it may have, so that nothing is ever escaped (RFC 6750 section 3)', () => {
  const values = CHALLENGES.flatMap(({ parameters }) => parameters)
  expect(values.filter(([name, value]) => GRAMMAR[name]?.test(value) !== true)).toEqual([])
})

describe('the reader of challenges', () => {
  test('reads several challenges with several parameters each', () => {
    expect(challengesIn('Bearer realm="a, b", max_age=1, DPoP algs="x y"')).toEqual([
      {
        scheme: 'Bearer',
        parameters: [
          ['realm', '"a, b"'],
          ['max_age', '1'],
        ],
      },
      { scheme: 'DPoP', parameters: [['algs', '"x y"']] },
    ])
  })

  test.each([
    '',
    'Bearer',
    'realm="a"',
    'Bearer realm=a b',
    'Bearer realm="a",',
    'Bearer realm="a",x="b"',
    'Bearer a="\\""',
  ])('refuses %j', line => {
    expect(() => challengesIn(line)).toThrow()
  })
})

test('offline_access is in no challenge of an API that declares it, unless a route requires it', async () => {
  const server = createResourceServer({
    issuer: 'https://login.example.com',
    audience: AUDIENCE,
    scopes: { 'items:read': 'Read items', offline_access: { description: 'Everything', implies: ['items:read'] } },
  })
  const challengeFor = async (requirement: Parameters<typeof server.check>[1]) => {
    const outcome = await server.check({ method: 'GET', url: '/', headers: [] }, requirement)
    return outcome.granted ? '' : String(outcome.denial.headers['WWW-Authenticate'])
  }
  expect(await challengeFor('offline_access')).toContain('scope="offline_access"')
  for (const requirement of ['items:read', allOf('items:read', user), service, authenticated] as const) {
    const challenge = await challengeFor(requirement)
    expect(challengesIn(challenge)).toHaveLength(1)
    expect(challenge).not.toContain('offline_access')
  }
})
