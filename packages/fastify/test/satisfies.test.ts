import { allOf, satisfies } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearer, createGuardedApp, listen } from './support/api.ts'
import { insufficientScope } from './support/denials.ts'
import { collect, unhandledRejections } from './support/events.ts'
import { call } from './support/http.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

const ownTenant = satisfies(
  'own tenant',
  (access, request) => access.claims.tenant === (request.params as { tenant: string }).tenant,
)

test('decides about the resource with the params of the route', async () => {
  const app = await createGuardedApp(issuer)
  app.get('/tenants/:tenant', { config: { access: allOf('controls:read', ownTenant) } }, async () => 'served')
  const url = await listen(app)
  const denied = collect('scopeward:denied')
  const headers = bearer(await issuer.token({ scope: 'controls:read', claims: { tenant: 'a b' } }))
  for (const _ of ['cold', 'warm']) {
    expect((await call(`${url}/tenants/a%20b`, { headers })).status).toBe(200)
    expect(await call(`${url}/tenants/b`, { headers })).toEqual(insufficientScope('controls:read'))
  }
  expect(denied.map(event => event.requirement)).toEqual(Array(2).fill('controls:read and satisfies(own tenant)'))
})

test('sees the query, the headers and the route, and no body', async () => {
  const app = await createGuardedApp(issuer)
  const seen: unknown[] = []
  const watch = satisfies('watch', (_access, request) => {
    seen.push([request.method, request.query, request.headers['x-a'], request.routeOptions.url, request.body])
    return true
  })
  app.post('/:id', { config: { access: watch } }, async () => 'served')
  const headers = { ...bearer(await issuer.token()), 'x-a': 'b' }
  expect((await app.inject({ method: 'POST', url: '/7?q=1', headers, payload: { a: 1 } })).statusCode).toBe(200)
  expect(seen).toEqual([['POST', { q: '1' }, 'b', '/:id', undefined]])
})

test('is not asked before the token is proven', async () => {
  const app = await createGuardedApp(issuer)
  let asked = 0
  app.get('/', { config: { access: satisfies('count', () => ++asked > 0) } }, async () => 'served')
  expect((await app.inject({ url: '/', headers: bearer('garbage') })).statusCode).toBe(401)
  expect((await app.inject('/')).statusCode).toBe(401)
  expect(asked).toBe(0)
  expect((await app.inject({ url: '/', headers: bearer(await issuer.token()) })).statusCode).toBe(200)
  expect(asked).toBe(1)
})

const failures: readonly [string, () => boolean, string][] = [
  [
    'throws an error',
    () => {
      throw new Error('boom')
    },
    'boom',
  ],
  [
    'throws undefined, which Fastify would take for no error',
    () => {
      throw undefined
    },
    'A value that is not an error was thrown',
  ],
  [
    'throws null, which Fastify would take for no error',
    () => {
      throw null
    },
    'A value that is not an error was thrown',
  ],
  [
    'returns a promise',
    () => Promise.resolve(true) as unknown as boolean,
    'satisfies("failing") returned a promise. Return true or false at once; what has to be waited for belongs in the handler.',
  ],
  [
    'returns something truthy',
    () => 'yes' as unknown as boolean,
    'satisfies("failing") returned "yes". Return true or false at once; what has to be waited for belongs in the handler.',
  ],
]

test.each(failures)('a predicate that %s ends in the error handler, cold and warm', async (_, predicate, message) => {
  const rejections = unhandledRejections()
  const app = await createGuardedApp(issuer)
  app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send({ handled: error.message }))
  let handled = 0
  app.get('/', { config: { access: satisfies('failing', predicate) } }, async () => ++handled)
  app.get('/fine', { config: { access: satisfies('fine', () => true) } }, async () => 'served')
  const url = await listen(app)
  const headers = bearer(await issuer.token())
  for (const _ of ['cold', 'warm']) {
    const { status, body } = await call(url, { headers })
    expect([status, JSON.parse(body)]).toEqual([500, { handled: message }])
  }
  expect((await call(`${url}/fine`, { headers })).status).toBe(200)
  expect([handled, rejections]).toEqual([0, []])
})
