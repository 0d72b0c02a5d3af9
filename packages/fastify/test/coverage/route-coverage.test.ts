import { publicRoute, scopeward } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createApp, createGuardedApp, listen, optionsFor, read, type Scope } from '../support/api.ts'
import { missingCredentials } from '../support/denials.ts'
import { call } from '../support/http.ts'
import { refusalOf } from '../support/refusal.ts'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  token = await issuer.token({ scope: 'controls:read' })
})
afterAll(() => issuer.stop())

const served = async () => 'served'
const open = { config: { access: publicRoute } }

const ADVICE = "Add config: { access: '<scope>' } to each, or config: { access: publicRoute } to leave it open."
const ORDER = 'Write `await app.register(scopeward, …)` before the first route.'

describe('a route without config.access', () => {
  test('makes ready() fail with the list of all of them, HEAD included', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/a', read, served)
    app.get('/health', open, served)
    app.get('/b', served)
    app.options('*', { config: {} }, served)
    app.register(async child => child.route({ method: ['PUT', 'POST'], url: '/c/:id', handler: served }), {
      prefix: '/v1',
    })
    expect(await refusalOf(app)).toEqual({
      code: 'route_uncovered',
      lines: [
        '5 routes are neither guarded nor public:',
        '  GET /b',
        '  HEAD /b',
        '  OPTIONS *',
        '  PUT /v1/c/:id',
        '  POST /v1/c/:id',
        ADVICE,
      ],
    })
  })

  test('says so where `access` was written beside `config`, not in it', async () => {
    const app = await createGuardedApp(issuer)
    app.post('/b', { access: 'controls:read' } as object, served)
    expect((await refusalOf(app)).lines[1]).toBe('  POST /b (its `access` stands outside `config`)')
  })

  test('is spoken of in the singular where it is alone', async () => {
    const app = await createGuardedApp(issuer)
    app.post('/b', served)
    expect((await refusalOf(app)).lines).toEqual(['1 route is neither guarded nor public:', '  POST /b', ADVICE])
  })

  test('makes listen() and inject() fail too', async () => {
    for (const use of [listen, (app: FastifyInstance) => app.inject('/b')]) {
      const app = await createGuardedApp(issuer)
      app.get('/b', served)
      await expect(use(app)).rejects.toMatchObject({ code: 'route_uncovered' })
    }
  })

  test('is covered where config.access is undefined by mistake just as little', async () => {
    const app = await createGuardedApp(issuer)
    app.post('/b', { config: { access: undefined as unknown as Scope } }, served)
    expect((await refusalOf(app)).lines).toContain('  POST /b')
  })
})

describe('a route that was declared before the guard was registered', () => {
  const early = (...names: string[]) => names.map(name => `  ${name} (declared before scopeward was registered)`)

  test('is listed with the advice to register first', async () => {
    const app = createApp()
    app.get('/early', read, served)
    await app.register(scopeward, optionsFor(issuer))
    app.get('/b', served)
    expect((await refusalOf(app)).lines).toEqual([
      '4 routes are neither guarded nor public:',
      '  GET /b',
      '  HEAD /b',
      ...early('GET /early', 'HEAD /early'),
      ADVICE,
      ORDER,
    ])
  })

  test('is what every route is where `await` was forgotten', async () => {
    const app = createApp()
    app.register(scopeward, optionsFor(issuer))
    app.get('/a', read, served)
    app.get('/health', open, served)
    expect((await refusalOf(app)).lines).toEqual([
      '4 routes are neither guarded nor public:',
      ...early('GET /a', 'HEAD /a', 'GET /health', 'HEAD /health'),
      ADVICE,
      ORDER,
    ])
  })

  test('is what every route is where `await` was forgotten in a child context', async () => {
    const app = createApp()
    app.register(async child => {
      child.register(scopeward, optionsFor(issuer))
      child.post('/a', read, served)
    })
    app.post('/elsewhere', served)
    expect((await refusalOf(app)).lines).toEqual([
      '1 route is neither guarded nor public:',
      ...early('POST /a'),
      ADVICE,
      ORDER,
    ])
  })

  test('but not where the routes stand in a plugin that is loaded later', async () => {
    const app = createApp()
    app.register(scopeward, optionsFor(issuer))
    app.register(async child => child.get('/a', read, served))
    const origin = await listen(app)
    expect((await call(`${origin}/a`, { headers: bearer(token) })).status).toBe(200)
    expect(await call(`${origin}/a`)).toEqual(missingCredentials('controls:read'))
  })

  const routes = () => async (app: FastifyInstance) => void app.get('/files/*', { exposeHeadRoute: false }, served)
  test.each([
    ['a sibling', routes()],
    ['a sibling wrapped with fastify-plugin', fastifyPlugin(routes())],
    ['a context inside a sibling', async (app: FastifyInstance) => void app.register(routes())],
  ])('is listed where it stands in %s', async (_, plugin) => {
    const app = createApp()
    app.register(plugin)
    app.register(scopeward, optionsFor(issuer))
    expect((await refusalOf(app)).lines).toEqual([
      '1 route is neither guarded nor public:',
      ...early('GET /files/*'),
      ADVICE,
      ORDER,
    ])
  })

  test('is listed where it stands in a context inside the guarded one', async () => {
    const app = createApp()
    app.register(async child => {
      child.register(async deeper => void deeper.post('/deeper', served))
      await child.register(scopeward, optionsFor(issuer))
      child.post('/a', read, served)
    })
    expect((await refusalOf(app)).lines.slice(1, -2)).toEqual(early('POST /deeper'))
  })

  test('is listed where the application prints its routes without hooks', async () => {
    const app = createApp({ routerOptions: { buildPrettyMeta: () => ({}) } as object })
    app.register(async child => void child.post('/early', served))
    app.register(scopeward, optionsFor(issuer))
    expect((await refusalOf(app)).lines.slice(1, -2)).toEqual(early('POST /early'))
  })

  test('is told apart from a later one of the same URL under another constraint', async () => {
    const app = createApp()
    app.post('/v', { constraints: { version: '1.0.0' } }, served)
    await app.register(scopeward, optionsFor(issuer))
    app.post('/v', { ...read, constraints: { version: '2.0.0' } }, served)
    expect((await refusalOf(app)).lines.slice(1, -2)).toEqual(early('POST /v'))
  })

  test('stays shut even where somebody goes on after ready() has failed', async () => {
    const app = createApp()
    let handled = 0
    app.get('/early', async () => ++handled)
    app.register(scopeward, optionsFor(issuer))
    await expect(app.ready()).rejects.toThrow()
    app.server.listen(0, '127.0.0.1')
    await new Promise(resolve => app.server.once('listening', resolve))
    const { port } = app.server.address() as { port: number }
    for (const headers of [{}, bearer(token)]) {
      const { status, body } = await call(`http://127.0.0.1:${port}/early`, { headers })
      expect([status, JSON.parse(body)]).toMatchObject([500, { code: 'route_uncovered' }])
    }
    expect(handled).toBe(0)
  })
})
