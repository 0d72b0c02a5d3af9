import { scopeward } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createApp, createGuardedApp, listen, optionsFor, read } from '../support/api.ts'
import { missingCredentials } from '../support/denials.ts'
import { call, callRaw } from '../support/http.ts'
import { refusalOf } from '../support/refusal.ts'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  token = await issuer.token({ scope: 'controls:read' })
})
afterAll(() => issuer.stop())

const served = async () => 'served'

describe('the option publicRoutes', () => {
  const start = (publicRoutes: readonly string[]) => createGuardedApp(issuer, { publicRoutes })

  /** As a plugin of somebody else declares its routes: without config.access. */
  const cors = fastifyPlugin(async app => {
    app.options('*', { schema: { hide: true } as object }, async (_request, reply) => reply.code(204).send())
  })
  const documentation = async (app: FastifyInstance) => {
    app.get('/', async () => 'page')
    app.get('/json', async () => 'specification')
    app.get('/static/*', async () => 'file')
  }

  test('opens the routes of third-party plugins that it names, and no other', async () => {
    const docs = ['GET /documentation', 'GET /documentation/', 'GET /documentation/json', 'GET /documentation/static/*']
    const app = await start(['OPTIONS *', ...docs])
    await app.register(cors)
    await app.register(documentation, { prefix: '/documentation' })
    app.get('/v1/controls', read, served)
    const origin = await listen(app)
    for (const line of ['OPTIONS /v1/controls', 'OPTIONS *', 'OPTIONS /anything']) {
      expect((await callRaw(origin, `${line} HTTP/1.1`)).status).toBe(204)
    }
    for (const path of ['', '/', '/json', '/static/a/b.css']) {
      for (const method of ['GET', 'HEAD']) {
        expect([path, (await call(`${origin}/documentation${path}`, { method })).status]).toEqual([path, 200])
      }
    }
    expect(await call(`${origin}/v1/controls`)).toEqual(missingCredentials('controls:read'))
    expect((await call(`${origin}/v1/controls`, { headers: bearer(token) })).status).toBe(200)
  })

  test('lets GET speak for HEAD and for nothing else', async () => {
    const app = await start(['GET /a'])
    app.get('/a', served)
    app.post('/a', served)
    expect((await refusalOf(app)).lines.slice(1, -1)).toEqual(['  POST /a'])
  })

  test('does not let HEAD speak for GET', async () => {
    const app = await start(['HEAD /a'])
    app.get('/a', served)
    expect((await refusalOf(app)).lines.slice(1, -1)).toEqual(['  GET /a'])
  })

  test('needs every method of a route', async () => {
    const app = await start(['PUT /a'])
    app.route({ method: ['PUT', 'POST'], url: '/a', handler: served })
    expect((await refusalOf(app)).lines.slice(1, -1)).toEqual(['  PUT /a', '  POST /a'])
    const both = await start(['PUT /a', 'POST /a'])
    both.route({ method: ['PUT', 'POST'], url: '/a', handler: served })
    await both.ready()
    expect((await both.inject({ method: 'POST', url: '/a' })).statusCode).toBe(200)
  })

  test('names patterns as they were declared, prefix included, and matches nothing else', async () => {
    for (const name of ['GET /v1/*', 'GET /v1/7', 'GET /:id', 'GET /v1/:ID', 'get /v1/:id', 'GET  /v1/:id']) {
      const app = await start([name])
      app.register(async child => void child.get('/:id', served), { prefix: '/v1' })
      expect((await refusalOf(app)).lines.slice(1, -1)).toEqual(['  GET /v1/:id', '  HEAD /v1/:id'])
    }
  })

  test('throws at ready() for entries without a route', async () => {
    const app = await start(['GET /a', 'GET /documentation/*', 'OPTIONS *'])
    app.get('/a', served)
    expect(await refusalOf(app)).toEqual({
      code: 'option_invalid',
      lines: ['Option "publicRoutes": there is no route GET /documentation/*, OPTIONS *.'],
    })
  })

  test('throws for a route that has config.access as well', async () => {
    const app = await start(['GET /a'])
    expect(() => app.get('/a', read, served)).toThrow(
      expect.objectContaining({
        code: 'option_conflict',
        message: 'GET /a has config.access and stands in the option "publicRoutes". Keep one.',
      }),
    )
  })

  test('opens a route that was declared before the guard was registered', async () => {
    const app = createApp()
    app.get('/early/:id', served)
    await app.register(scopeward, { ...optionsFor(issuer), publicRoutes: ['GET /early/:id'] })
    app.get('/a', read, served)
    const origin = await listen(app)
    for (const method of ['GET', 'HEAD']) {
      expect((await call(`${origin}/early/7`, { method })).status).toBe(200)
      expect((await call(`${origin}/a`, { method })).status).toBe(401)
    }
  })

  test('does not open an early wildcard by an entry for one that stands elsewhere', async () => {
    const app = createApp()
    app.options('/admin/*', served)
    await app.register(scopeward, { ...optionsFor(issuer), publicRoutes: ['OPTIONS *', 'OPTIONS /*'] })
    expect((await refusalOf(app)).lines.slice(1, -2)).toEqual([
      '  OPTIONS /admin/* (declared before scopeward was registered)',
    ])
  })

  test('does not open an early route that has config.access as well', async () => {
    const app = createApp()
    let handled = 0
    app.get('/early', read, async () => ++handled)
    await app.register(scopeward, { ...optionsFor(issuer), publicRoutes: ['GET /early'] })
    const { statusCode, body } = await app.inject('/early')
    expect([statusCode, JSON.parse(body).code, handled]).toEqual([500, 'route_uncovered', 0])
  })
})
