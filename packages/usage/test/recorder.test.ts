import { createResourceServer, createRevocationList } from '@scopeward/core'
import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUsageRecorder, type UsageRecord } from '../src/index.ts'
import { type Api, type ApiOptions, expressApi, fastifyApi, SCOPES } from './support/apis.ts'
import { type MemorySink, memorySink } from './support/memory-sink.ts'
import { recordWarnings } from './support/warnings.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer()
})

afterAll(() => issuer.stop())

const FRAMEWORKS: readonly (readonly [string, (options: ApiOptions) => Promise<Api>])[] = [
  ['Express', expressApi],
  ['Fastify', fastifyApi],
]

interface Setup {
  readonly api: Api
  readonly sink: MemorySink
  /** Flushes, and gives what came. */
  readonly recorded: () => Promise<readonly UsageRecord[]>
}

async function start(
  open: (options: ApiOptions) => Promise<Api>,
  options: Partial<ApiOptions> = {},
  scopes: typeof SCOPES | null = SCOPES,
): Promise<Setup> {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, ...(scopes !== null && { scopes }), clock: testClock() })
  const api = await open({ ...issuer.options, ...options, usageRecorder: recorder })
  return { api, sink, recorded: () => recorder.close().then(() => sink.records) }
}

test.each(FRAMEWORKS)('%s: each route tells how often which granted scope was used there', async (_name, open) => {
  const { api, recorded } = await start(open)
  const token = await issuer.token({ clientId: 'shop', scope: 'openid reports:read orders:write' })
  expect(await api('GET', '/orders/7', token)).toBe(200)
  expect(await api('GET', '/orders/8', token)).toBe(200)
  expect(await api('POST', '/orders', token)).toBe(200)
  expect(await api('GET', '/reports', token)).toBe(200)
  const use = { count: 1, method: 'GET' }
  const write = ['orders:write']
  expect(await recorded()).toEqual([
    {
      v: 1,
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T00:00:00.000Z',
      issuer: issuer.issuer,
      clientId: 'shop',
      granted: ['openid', 'orders:write', 'reports:read'],
      implied: { 'orders:write': ['orders:read'], 'orders:admin': ['orders:write', 'orders:read'] },
      routes: [
        {
          ...use,
          route: '/orders/:id',
          requirement: 'orders:read',
          alternatives: [['orders:read']],
          used: write,
          count: 2,
        },
        { ...use, method: 'POST', route: '/orders', requirement: 'orders:write', alternatives: [write], used: write },
        {
          ...use,
          route: '/reports',
          requirement: 'reports:read or orders:admin',
          alternatives: [['reports:read'], ['orders:admin']],
          used: ['reports:read'],
        },
      ],
      denied: [],
    },
  ])
})

test.each(FRAMEWORKS)(
  '%s: refusals tell what was missing, and whose they are where the token is genuine',
  async (_name, open) => {
    const { api, recorded } = await start(open)
    const honest = await issuer.token({ clientId: 'shop', scope: 'orders:read' })
    const forged = await issuer.forge('alg-none', { clientId: 'shop', scope: 'orders:write' })
    expect(await api('GET', '/orders/7', honest)).toBe(200)
    expect(await api('GET', '/both', honest)).toBe(403)
    expect(await api('GET', '/both', honest)).toBe(403)
    expect(await api('POST', '/orders')).toBe(401)
    expect(await api('POST', '/orders', forged)).toBe(401)
    const [shop, ...strangers] = await recorded()
    expect(shop).toMatchObject({ clientId: 'shop', granted: ['orders:read'] })
    expect(shop?.denied).toEqual([
      {
        method: 'GET',
        route: '/both',
        requirement: 'orders:read and reports:read',
        code: 'insufficient_scope',
        missing: ['reports:read'],
        count: 2,
      },
    ])
    const codes = strangers.flatMap(({ clientId, granted, routes, denied }) =>
      denied.map(({ code, route, missing, count }) => ({ clientId, granted, routes, code, route, missing, count })),
    )
    const stranger = { clientId: null, granted: [], routes: [], route: '/orders', missing: [], count: 1 }
    expect(codes).toHaveLength(2)
    expect(codes).toContainEqual({ ...stranger, code: 'credentials_missing' })
    expect(codes.every(each => each.clientId === null && each.count === 1)).toBe(true)
  },
)

test.each(FRAMEWORKS)(
  '%s: nothing that is written has a token, a subject or another claim in it',
  async (_name, open) => {
    const { api, recorded } = await start(open)
    const secrets = { jti: 'the-token-id', email: 'alice@example.com', tenant: { id: 'the-tenant' } }
    const input = { clientId: 'shop', subject: 'alice-the-subject', scope: 'orders:read', claims: secrets }
    const tokens = [
      await issuer.token(input),
      await issuer.forge('alg-none', input),
      await issuer.forge('expired', input),
    ]
    const statuses: number[] = []
    for (const token of tokens)
      statuses.push(await api('GET', '/orders/alice@example.com', token), await api('POST', '/orders', token))
    expect(statuses).toEqual([200, 403, 401, 401, 401, 401])
    const records = await recorded()
    expect(records.length).toBeGreaterThan(1)
    const written = JSON.stringify(records)
    const parts = tokens.flatMap(token => [token, ...token.split('.')]).filter(part => part !== '')
    for (const secret of [...parts, 'alice', 'the-token-id', 'the-tenant', 'Bearer'])
      expect(written).not.toContain(secret)
  },
)

test('where rules decide too and several ways are open, the scopes of all of them count', async () => {
  const { api, recorded } = await start(fastifyApi)
  const one = await issuer.token({ clientId: 'one', scope: 'orders:read' })
  const both = await issuer.token({ clientId: 'both', scope: 'orders:read reports:read' })
  expect(await api('GET', '/services', one)).toBe(200)
  expect(await api('GET', '/services', both)).toBe(200)
  const records = await recorded()
  const uses = records.map(({ routes }) => routes.map(({ alternatives, used }) => ({ alternatives, used })))
  expect(uses).toEqual([
    [{ alternatives: [['orders:read']], used: ['orders:read'] }],
    [{ alternatives: [['reports:read', 'orders:read']], used: ['orders:read', 'reports:read'] }],
  ])
})

test('a rule that refuses is no missing scope', async () => {
  const { api, recorded } = await start(fastifyApi)
  const service = await issuer.token({ clientId: 'service', scope: 'reports:read' })
  const person = await issuer.token({
    clientId: 'service',
    subject: 'a-person',
    scope: 'reports:read',
    claims: { auth_time: 1 },
  })
  expect(await api('GET', '/services', person)).toBe(200)
  expect(await api('GET', '/services', service)).toBe(403)
  const [record] = await recorded()
  expect(record?.denied).toMatchObject([{ code: 'insufficient_scope', missing: [], count: 1 }])
})

test('a genuine token that was revoked is counted under its client', async () => {
  const revocation = createRevocationList()
  const { api, recorded } = await start(fastifyApi, { revocation })
  const token = await issuer.token({ clientId: 'shop', scope: 'orders:read' })
  expect(await api('GET', '/orders/7', token)).toBe(200)
  revocation.revoke({ clientId: 'shop' })
  expect(await api('GET', '/orders/7', token)).toBe(401)
  const records = await recorded()
  expect(records.map(({ clientId, granted }) => ({ clientId, granted }))).toEqual([
    { clientId: 'shop', granted: ['orders:read'] },
    { clientId: 'shop', granted: [] },
  ])
  expect(records[1]?.denied).toMatchObject([{ code: 'token_revoked', count: 1 }])
})

test('without the vocabulary, all scopes of a token that has one implied count as used, and a warning says so once', async () => {
  const warnings = recordWarnings()
  const { api, recorded } = await start(fastifyApi, {}, null)
  const token = await issuer.token({ clientId: 'shop', scope: 'orders:write reports:read' })
  expect(await api('GET', '/orders/7', token)).toBe(200)
  expect(await api('GET', '/reports', token)).toBe(200)
  const [record] = await recorded()
  expect(record?.granted).toEqual(['orders:write', 'reports:read'])
  expect(record?.routes.map(({ used }) => used)).toEqual([['orders:write', 'reports:read'], ['reports:read']])
  await new Promise(setImmediate)
  expect(warnings.map(({ code }) => code)).toEqual(['SCOPEWARD_USAGE_IMPLIED'])
})

test('scopes in a claim of a profile of one’s own are granted as well, and those that they imply are not', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, scopes: SCOPES })
  const server = createResourceServer({
    ...issuer.options,
    audience: 'https://api.example.com',
    scopes: SCOPES,
    profile: { name: 'ours', basedOn: 'rfc9068', scopeClaims: [{ path: ['grants', 'api'], form: 'array' }] },
    usageRecorder: recorder,
  })
  const token = await issuer.token({ claims: { grants: { api: ['orders:admin', 'reports:read'] } } })
  const outcome = await server.check(
    { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } },
    'orders:read',
  )
  expect(outcome.granted).toBe(true)
  await recorder.close()
  expect(sink.records[0]).toMatchObject({
    granted: ['orders:admin', 'reports:read'],
    routes: [{ method: 'GET', route: null, used: ['orders:admin'] }],
  })
})
