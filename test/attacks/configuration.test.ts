import {
  allOf,
  anyOf,
  ConfigurationError,
  createResourceServer,
  type Requirement,
  type ResourceServerOptions,
  satisfies,
} from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import { createTestIssuer, forgedKeys, type TestIssuer } from '@scopeward/testing'
import express from 'express'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const OPTIONS = {
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  scopes: { 'items:read': 'Read' },
} as const

type Loose = Readonly<Record<string, unknown>>

/** Kept complete by the compiler. */
const EVERY_OPTION: Readonly<Record<keyof ResourceServerOptions<string>, true>> = {
  issuer: true,
  audience: true,
  scopes: true,
  jwksUri: true,
  jwks: true,
  algorithms: true,
  profile: true,
  clockToleranceSeconds: true,
  staleIfErrorSeconds: true,
  refreshCooldownSeconds: true,
  fetchTimeoutSeconds: true,
  tokenCacheMaxEntries: true,
  signatureQueueMaxEntries: true,
  issuerCacheSeconds: true,
  issuerCacheMaxEntries: true,
  realm: true,
  resourceMetadata: true,
  dpop: true,
  publicOrigin: true,
  trustedProxy: true,
  revocation: true,
  usageRecorder: true,
  signatureEngine: true,
  allowHttpOnLoopback: true,
  clock: true,
  fetch: true,
}

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

const asOptions = (changes: Loose) => ({ ...OPTIONS, ...changes }) as unknown as ResourceServerOptions<string>

/** Refused by the core and by both adapters, when the server is made and not when the first request comes. */
async function expectMisuse(changes: Loose): Promise<void> {
  expect(() => createResourceServer(asOptions(changes))).toThrow(ConfigurationError)
  expect(() => createGuard(asOptions(changes))).toThrow(ConfigurationError)
  await expect(Fastify().register(scopeward, asOptions(changes))).rejects.toThrow(ConfigurationError)
}

test('the options that the tables start from are good', async () => {
  createResourceServer(OPTIONS)
  createGuard(OPTIONS)
  await Fastify().register(scopeward, OPTIONS)
})

describe('a server that would check too little cannot be made', () => {
  const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, '5', null, {}, 1e9] as const
  const rows: readonly (readonly [string, Loose])[] = [
    ...numbers.map(
      value =>
        [
          `clockToleranceSeconds ${String(value)} (fast-jwt #640, jose 6.2.5)`,
          { clockToleranceSeconds: value },
        ] as const,
    ),
    ...numbers.map(value => [`staleIfErrorSeconds ${String(value)}`, { staleIfErrorSeconds: value }] as const),
    ...numbers.map(value => [`refreshCooldownSeconds ${String(value)}`, { refreshCooldownSeconds: value }] as const),
    ['refreshCooldownSeconds 0: a fetch for every unknown kid', { refreshCooldownSeconds: 0 }],
    ['a regular expression for the issuer (CVE-2026-35041)', { issuer: /login/ }],
    ['a regular expression for the audience (CVE-2026-35040)', { audience: /api/g }],
    ['a function for the audience', { audience: () => true }],
    ['an issuer that is missing', { issuer: undefined }],
    ['an issuer that is empty', { issuer: '' }],
    ['an empty list of issuers', { issuer: [] }],
    ['a list of issuers in which one is empty', { issuer: [OPTIONS.issuer, ''] }],
    ['a list of issuers in which one stands twice', { issuer: [OPTIONS.issuer, OPTIONS.issuer] }],
    ['a list of issuers inside a list', { issuer: [[OPTIONS.issuer]] }],
    ['an issuer over http', { issuer: 'http://login.example.com' }],
    ['an issuer over http on loopback, without saying so', { issuer: 'http://127.0.0.1' }],
    [
      'an issuer over http elsewhere, for which loopback is no excuse',
      { issuer: 'http://10.0.0.1', allowHttpOnLoopback: true },
    ],
    [
      'an issuer over http on a host that begins like loopback',
      { issuer: 'http://127.0.0.1.attacker.example', allowHttpOnLoopback: true },
    ],
    [
      'an issuer over http on a host that begins like localhost',
      { issuer: 'http://localhost.attacker.example', allowHttpOnLoopback: true },
    ],
    ['an issuer that is a file', { issuer: 'file:///etc/passwd' }],
    ['an issuer with a user name', { issuer: 'https://user:password@login.example.com' }],
    ['an issuer with a fragment', { issuer: 'https://login.example.com#x' }],
    ['a key set over http (NET6)', { jwksUri: 'http://login.example.com/jwks' }],
    ['an audience that is missing (hono 45ba3bf)', { audience: undefined }],
    ['an audience that is empty', { audience: '' }],
    ['no audience in the list', { audience: [] }],
    ['an empty audience in the list', { audience: ['https://api.example.com', ''] }],
    ['scopes that are missing', { scopes: undefined }],
    ['no algorithm', { algorithms: [] }],
    ['algorithm none', { algorithms: ['none'] }],
    ['algorithm none among others', { algorithms: ['RS256', 'None'] }],
    ['algorithm HS256 (ALG3)', { algorithms: ['HS256'] }],
    ['an algorithm in lower case', { algorithms: ['rs256'] }],
    ['an algorithm by the name of Object', { algorithms: ['constructor'] }],
    ['a key set without keys (GHSA-8wpc-h4q6-8fxv)', { jwks: { keys: [] } }],
    ['a key set of nothing', { jwks: { keys: [null] } }],
    ['a list for a key set', { jwks: [] }],
    ['a PEM for a key set', { jwks: '-----BEGIN PUBLIC KEY-----' }],
    ['a key set and where it is', { jwks: { keys: [{}] }, jwksUri: 'https://login.example.com/jwks' }],
    ['a realm that ends the quotes (HTTP9)', { realm: 'x", error="y' }],
    ['a realm with a line break (HTTP9)', { realm: 'x\r\nX-Injected: 1' }],
    ['a realm beyond ASCII (HTTP9)', { realm: '\u00e9' }],
    ['an audience that no header can quote, and no realm (HTTP9)', { audience: 'https://api.example.com/"x"' }],
    ['a scope with a quote (HTTP9)', { scopes: { 'a"b': 'x' } }],
    ['a scope with a space', { scopes: { 'a b': 'x' } }],
    ['a scope with a line break (HTTP9)', { scopes: { 'a\nb': 'x' } }],
    ['a scope that implies one that does not exist', { scopes: { a: { description: 'x', implies: ['b'] } } }],
    ['another engine', { signatureEngine: 'none' }],
    ['a cache key of its own (CVE-2026-35039)', { cacheKeyBuilder: () => 'x' }],
    ['an option that only resembles one', { audiences: 'https://api.example.com' }],
  ]
  test.each(rows)('CL13 %s', (_, changes) => expectMisuse(changes))

  test.each(Object.keys(EVERY_OPTION))(
    'CL13 %s takes no regular expression, with /g or without (CVE-2026-35040, CVE-2026-35041)',
    async name => {
      for (const pattern of [/.*/, /.*/g, /(a+)+$/y]) await expectMisuse({ [name]: pattern })
    },
  )

  test('CL13 a scope name that looks like a regular expression is a name, which no other matches', () => {
    createResourceServer<string>(OPTIONS).guard('items:read')
    const server = createResourceServer(asOptions({ scopes: { 'items:.*': 'Everything' } }))
    expect(() => server.guard('items:read')).toThrow(ConfigurationError)
  })

  test.each(Object.entries(forgedKeys))(
    'KEY8 to KEY15 a key set in the options with %s',
    async (_, { jwk, description }) => {
      expect(description).not.toBe('')
      const good = issuer.signingKey.publicJwk
      createResourceServer(asOptions({ jwks: { keys: [good] } }))
      await expectMisuse({ jwks: { keys: [good, jwk] } })
    },
  )
})

describe('a route that would demand nothing cannot be made (stig-manager#42, SEEN21)', () => {
  const requirements: readonly (readonly [string, () => unknown])[] = [
    ['allOf() of nothing', () => allOf()],
    ['anyOf() of nothing', () => anyOf()],
    ['allOf() of nothing inside anyOf()', () => anyOf('items:read', allOf())],
    ['a hand-made allOf of nothing', () => ({ kind: 'allOf', parts: [] })],
    ['a hand-made expression without parts', () => ({ kind: 'anyOf' })],
    ['an empty text', () => ''],
    ['an empty text inside allOf()', () => allOf('')],
    ['two scopes in one text', () => 'items:read items:read'],
    ['a scope with a space behind', () => 'items:read '],
    ['a scope that is not declared', () => 'items:write'],
    ['a scope of Object', () => 'constructor'],
    ['nothing', () => undefined],
    ['null', () => null],
    ['a list', () => ['items:read']],
    ['an empty list', () => []],
    ['true', () => true],
    ['a function', () => () => true],
    ['an expression of an unknown kind', () => ({ kind: 'not', parts: ['items:read'] })],
    ['satisfies() without a name', () => satisfies('', () => true)],
    ['satisfies() without a rule', () => satisfies('x', undefined as never)],
  ]
  test.each(requirements)('CL13 %s', async (_, make) => {
    const server = createResourceServer<string>(OPTIONS)
    const guard = createGuard<string>(OPTIONS)
    const request = { method: 'GET', url: '/', headers: {} }
    expect(() => server.guard(make() as Requirement)).toThrow(ConfigurationError)
    expect(() => server.optionalGuard(make() as Requirement)).toThrow(ConfigurationError)
    expect(() => server.check(request, make() as Requirement)).toThrow(ConfigurationError)
    expect(() => guard(make() as Requirement)).toThrow(ConfigurationError)
    expect(() => guard.optional(make() as Requirement)).toThrow(ConfigurationError)
    const app = Fastify()
    await app.register(scopeward, OPTIONS)
    await expect(async () => {
      app.get('/', { config: { access: make() as Requirement } }, async () => 'open')
      await app.ready()
    }).rejects.toThrow(ConfigurationError)
  })

  test('CL13 a route without a word about access does not start (SEEN33)', async () => {
    const guard = createGuard({
      ...issuer.options,
      audience: 'https://api.example.com',
      scopes: { 'items:read': 'Read' },
    })
    const expressApp = express().get('/open', (_request, response) => void response.send('open'))
    await expect(guard.ready(expressApp)).rejects.toMatchObject({ code: 'route_uncovered' })
    const app = Fastify()
    await app.register(scopeward, {
      ...issuer.options,
      audience: 'https://api.example.com',
      scopes: { 'items:read': 'Read' },
    })
    app.get('/open', async () => 'open')
    await expect(app.ready()).rejects.toMatchObject({ code: 'route_uncovered' })
  })
})
