import { publicRoute, scopeward } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  audience,
  bearer,
  createApp,
  createGuardedApp,
  listen,
  optionsFor,
  read,
  scopes,
  write,
} from './support/api.ts'
import { invalidToken, missingCredentials } from './support/denials.ts'
import { call } from './support/http.ts'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  token = await issuer.token({ scope: 'controls:read' })
})
afterAll(() => issuer.stop())

const served = async () => 'served'
const open = { config: { access: publicRoute } }

describe('registered inside a child context', () => {
  test('guards that child and leaves the root and the siblings alone', async () => {
    const app = createApp()
    app.get('/root', served)
    app.register(async before => before.get('/before', served))
    app.register(async child => {
      await child.register(scopeward, optionsFor(issuer))
      child.get('/guarded', read, served)
    })
    app.register(async after => after.get('/after', served))
    const origin = await listen(app)
    for (const path of ['/root', '/before', '/after']) {
      expect(await call(origin + path)).toMatchObject({ status: 200, body: 'served' })
    }
    expect(await call(`${origin}/guarded`)).toEqual(missingCredentials('controls:read'))
    expect((await call(`${origin}/guarded`, { headers: bearer(token) })).status).toBe(200)
  })

  test('demands config.access inside only', async () => {
    const app = createApp()
    app.register(async before => before.get('/before', served))
    app.register(async child => {
      await child.register(scopeward, optionsFor(issuer))
      child.get('/forgotten', { exposeHeadRoute: false }, served)
    })
    app.register(async after => after.get('/after', served))
    await expect(app.ready()).rejects.toThrow(
      /^1 route is neither guarded nor public:\n {2}GET \/forgotten\nAdd config/,
    )
  })

  test('is not confused by the same URL under another constraint elsewhere', async () => {
    const app = createApp()
    app.register(async old => old.get('/v', { constraints: { version: '1.0.0' } }, async () => 'old'))
    app.register(async child => {
      await child.register(scopeward, optionsFor(issuer))
      child.get('/v', { ...read, constraints: { version: '2.0.0' } }, served)
    })
    const url = `${await listen(app)}/v`
    expect((await call(url, { headers: { 'accept-version': '1.x' } })).body).toBe('old')
    expect((await call(url, { headers: { 'accept-version': '2.x' } })).status).toBe(401)
  })

  test('twice side by side, each with its own vocabulary and audience', async () => {
    const app = createApp()
    const billing = 'https://billing.example.com'
    app.register(
      async child => {
        await child.register(scopeward, { ...issuer.options, audience, scopes: { 'controls:read': 'Read' } })
        child.get('/a', read, served)
        expect(() => child.get('/b', write, served)).toThrow(/"controls:write", which the option "scopes" does not/)
      },
      { prefix: '/api' },
    )
    app.register(
      async child => {
        await child.register(scopeward, {
          ...issuer.options,
          audience: billing,
          scopes: { 'controls:write': 'Write' },
          respond: (_denial, _request, reply) => void reply.send('no'),
        })
        child.get('/a', write, served)
      },
      { prefix: '/billing' },
    )
    const origin = await listen(app)
    const ask = async (path: string, input: object) =>
      call(origin + path, { headers: bearer(await issuer.token({ scope: Object.keys(scopes), ...input })) })
    expect((await ask('/api/a', {})).status).toBe(200)
    expect(await ask('/api/a', { audience: billing })).toEqual(
      invalidToken('The access token is meant for another audience'),
    )
    expect((await ask('/billing/a', { audience: billing })).status).toBe(200)
    expect(await ask('/billing/a', {})).toMatchObject({ status: 401, body: 'no' })
  })
})

describe('a plugin inside the guarded context', () => {
  // One function each: fastify-plugin marks the function that it is given.
  const routes = () => async (app: FastifyInstance) => {
    app.get('/guarded', read, served)
    app.register(async deeper => deeper.get('/deeper', read, served))
  }
  test.each([
    ['encapsulated', routes()],
    ['wrapped with fastify-plugin', fastifyPlugin(routes())],
  ])('is guarded: %s', async (_, plugin) => {
    const app = await createGuardedApp(issuer)
    await app.register(plugin)
    const origin = await listen(app)
    for (const path of ['/guarded', '/deeper']) {
      expect(await call(origin + path)).toEqual(missingCredentials('controls:read'))
      expect((await call(origin + path, { headers: bearer(token) })).status).toBe(200)
    }
  })

  const forgetful = () => async (app: FastifyInstance) => {
    app.get('/forgotten', { exposeHeadRoute: false }, served)
  }
  test.each([
    ['encapsulated', forgetful(), '/v1/forgotten'],
    ['wrapped with fastify-plugin', fastifyPlugin(forgetful()), '/forgotten'],
  ])('is listed where it forgets config.access: %s', async (_, plugin, url) => {
    const app = await createGuardedApp(issuer)
    app.register(plugin, { prefix: '/v1' })
    await expect(app.ready()).rejects.toMatchObject({
      code: 'route_uncovered',
      message: expect.stringContaining(`:\n  GET ${url}\nAdd`),
    })
  })

  test('may itself register the guard with fastify-plugin for the context around it', async () => {
    const app = createApp()
    await app.register(fastifyPlugin(async shared => void (await shared.register(scopeward, optionsFor(issuer)))))
    app.get('/guarded', read, served)
    const origin = await listen(app)
    expect(await call(`${origin}/guarded`)).toEqual(missingCredentials('controls:read'))
    expect((await call(`${origin}/guarded`, { headers: bearer(token) })).status).toBe(200)
  })
})

describe('hooks', () => {
  test('registered before run before, those after see request.auth', async () => {
    const app = createApp()
    const order: unknown[] = []
    app.addHook('onRequest', async request => void order.push(['before', request.auth?.clientId]))
    await app.register(scopeward, optionsFor(issuer))
    app.addHook('onRequest', async request => void order.push(['after', request.auth?.clientId]))
    app.get('/', read, async request => void order.push(['handler', request.auth.clientId]))
    expect((await app.inject({ url: '/', headers: bearer(token) })).statusCode).toBe(200)
    expect(order).toEqual([
      ['before', undefined],
      ['after', 'test-client'],
      ['handler', 'test-client'],
    ])
  })

  test('after the guard do not run for what is refused', async () => {
    const app = await createGuardedApp(issuer)
    const order: string[] = []
    for (const name of ['onRequest', 'preValidation', 'preHandler'] as const) {
      app.addHook(name as 'onRequest', async () => void order.push(name))
    }
    app.addHook('onSend', async () => void order.push('onSend'))
    app.get('/', { ...read, preHandler: async () => void order.push('own preHandler') }, served)
    app.get('/open', open, served)
    expect((await app.inject('/')).statusCode).toBe(401)
    expect(order).toEqual(['onSend'])
    expect((await app.inject('/open')).statusCode).toBe(200)
    expect(order).toEqual(['onSend', 'onRequest', 'preValidation', 'preHandler', 'onSend'])
  })
})

describe('where request.auth exists already', () => {
  const conflict = { code: 'option_conflict', message: expect.stringMatching(/^request\.auth exists already: /) }

  test('a second registration in the same context is refused', async () => {
    const app = await createGuardedApp(issuer)
    await expect(app.register(scopeward, optionsFor(issuer))).rejects.toMatchObject(conflict)
  })

  test('a registration inside a guarded context is refused', async () => {
    const app = await createGuardedApp(issuer)
    app.register(async child => {
      await child.register(scopeward, optionsFor(issuer))
    })
    await expect(app.ready()).rejects.toMatchObject(conflict)
  })

  test("another plugin's decorator is refused, not overwritten", async () => {
    const app = createApp()
    app.decorateRequest('auth', { getter: () => ({ admin: true }) as never })
    await expect(app.register(scopeward, optionsFor(issuer))).rejects.toMatchObject(conflict)
  })
})

describe('a context that was made before the registration', () => {
  test('has its later routes listed, and they stay shut', async () => {
    const app = createApp()
    let child: FastifyInstance | undefined
    await app.register(async context => {
      child = context
    })
    await app.register(scopeward, optionsFor(issuer))
    child?.get('/late/:id', read, served)
    await expect(app.ready()).rejects.toMatchObject({
      code: 'route_uncovered',
      message: expect.stringContaining(
        '\n  GET /late/:id (declared on a context that was made before scopeward was registered)\n',
      ),
    })
  })
})

test('an answer that an earlier hook has begun is left alone, and nothing is left unhandled', async () => {
  const app = createApp()
  app.addHook('onRequest', async (_request, reply) => {
    reply.raw.writeHead(200)
    reply.raw.end('begun')
  })
  await app.register(scopeward, optionsFor(issuer))
  app.get('/guarded', read, served)
  const origin = await listen(app)
  expect(await call(`${origin}/guarded`, { headers: bearer('unknown.unknown.unknown') })).toMatchObject({
    body: 'begun',
  })
})

test.each([
  [['/users/:id', '/users/:userId/orders']],
  [['/name::verb']],
  [['/a/:b?/']],
  [['/a%20b']],
  [['/:a.:b', '/:c.:d/x']],
  [['/:ü/a', '/:ö/b']],
  [['/at/:hour(^\\d+)h:minute(^\\d+)m', '/files/*']],
])('guarded routes start, however the router prints them: %j', async paths => {
  const app = await createGuardedApp(issuer)
  for (const path of paths) app.get(path, read, served)
  await expect(app.ready()).resolves.toBeDefined()
})
