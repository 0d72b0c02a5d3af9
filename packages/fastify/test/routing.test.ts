import { publicRoute } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createGuardedApp, listen, read, type ServerOptions, withRouter, write } from './support/api.ts'
import { missingCredentials } from './support/denials.ts'
import { call, callRaw } from './support/http.ts'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  token = await issuer.token({ scope: 'controls:write' })
})
afterAll(() => issuer.stop())

const reached = async () => 'reached'

interface Way {
  readonly declare: (app: FastifyInstance) => unknown
  /** Request lines that all reach the route. */
  readonly reach: readonly string[]
  /** Request lines that do not, and get 404 with and without a token. */
  readonly miss?: readonly string[]
  readonly server?: ServerOptions
}

const ways: Readonly<Record<string, Way>> = {
  'an encoded path': {
    declare: app => app.get('/v1/controls/:id', read, reached),
    reach: ['GET /v1/controls/7', 'GET /%76%31/controls/7', 'GET /v1/c%6Fntrols/%37', 'GET /v1/controls/a%2Fb'],
    miss: ['GET /v1%2Fcontrols/7', 'GET /v1/%2563ontrols/7', 'GET /v1/controls/a/b'],
  },
  'dot segments': {
    declare: app => app.get('/v1/controls', read, reached),
    reach: ['GET /v1/controls'],
    miss: ['GET /v1/./controls', 'GET /v1/x/../controls', 'GET /v1/x/%2e%2e/controls'],
  },
  'double slashes': {
    declare: app => app.get('/v1/controls', read, reached),
    reach: ['GET /v1/controls'],
    miss: ['GET //v1/controls', 'GET /v1//controls'],
  },
  'double slashes that are ignored': {
    declare: app => app.get('/v1/controls', read, reached),
    server: withRouter({ ignoreDuplicateSlashes: true }),
    reach: ['GET /v1/controls', 'GET //v1/controls', 'GET /v1///controls'],
  },
  'case that matters': {
    declare: app => app.get('/v1/controls', read, reached),
    reach: ['GET /v1/controls'],
    miss: ['GET /V1/controls', 'GET /v1/Controls'],
  },
  'case that does not matter': {
    declare: app => app.get('/v1/Controls/:id', read, reached),
    server: withRouter({ caseSensitive: false }),
    reach: ['GET /v1/Controls/7', 'GET /V1/controls/7', 'GET /v1/CONTROLS/7'],
  },
  'a trailing slash': {
    declare: app => app.get('/v1/controls', read, reached),
    reach: ['GET /v1/controls', 'GET /v1/controls?a=b', 'GET /v1/controls#fragment'],
    miss: ['GET /v1/controls/', 'GET /v1/controls;x'],
  },
  'a trailing slash that is ignored': {
    declare: app => app.get('/v1/controls', read, reached),
    server: withRouter({ ignoreTrailingSlash: true }),
    reach: ['GET /v1/controls', 'GET /v1/controls/'],
  },
  'the root of a prefix, with and without its slash': {
    declare: app => app.register(async child => child.get('/', read, reached), { prefix: '/v1' }),
    reach: ['GET /v1', 'GET /v1/', 'HEAD /v1', 'HEAD /v1/'],
  },
  prefixTrailingSlash: {
    declare: app =>
      app.register(
        async child => {
          child.get('/', { ...read, prefixTrailingSlash: 'slash' }, reached)
          child.post('/', { ...read, prefixTrailingSlash: 'no-slash' }, reached)
        },
        { prefix: '/v1' },
      ),
    reach: ['GET /v1/', 'POST /v1'],
    miss: ['GET /v1', 'POST /v1/'],
  },
  'a semicolon that ends the path': {
    declare: app => app.get('/v1/controls', read, reached),
    server: withRouter({ useSemicolonDelimiter: true } as object), // Fastify's types leave it out
    reach: ['GET /v1/controls', 'GET /v1/controls;x=1'],
  },
  'an optional parameter': {
    declare: app => app.get('/a/:b?', read, reached),
    reach: ['GET /a', 'GET /a/', 'GET /a/1', 'HEAD /a', 'HEAD /a/1'],
  },
  'a wildcard': {
    declare: app => app.get('/files/*', read, reached),
    reach: ['GET /files/', 'GET /files/a', 'GET /files/a/b', 'GET /files/a%2Fb'],
    miss: ['GET /files'],
  },
  'a wildcard for everything': {
    declare: app => app.get('*', read, reached),
    reach: ['GET /', 'GET /a/b', 'GET //', 'HEAD /x'],
    miss: ['POST /a'],
  },
  'a parameter with a regular expression': {
    declare: app => app.get('/orders/:id(^\\d+$)', read, reached),
    reach: ['GET /orders/12'],
    miss: ['GET /orders/ab'],
  },
  'several parameters in one segment': {
    declare: app => app.get('/near/:lat-:lng', read, reached),
    reach: ['GET /near/1-2'],
  },
  'app.route with several methods': {
    declare: app => app.route({ method: ['GET', 'POST', 'DELETE'], url: '/a', ...read, handler: reached }),
    reach: ['GET /a', 'POST /a', 'DELETE /a', 'HEAD /a'],
    miss: ['PUT /a', 'OPTIONS /a'],
  },
  'a HEAD route that Fastify adds': {
    declare: app => app.get('/a', read, reached),
    reach: ['GET /a', 'HEAD /a'],
    miss: ['OPTIONS /a', 'POST /a', 'PROPFIND /a'],
  },
  'HEAD routes switched off': {
    declare: app => app.get('/a', read, reached),
    server: { exposeHeadRoutes: false },
    reach: ['GET /a'],
    miss: ['HEAD /a'],
  },
  'a HEAD route that the route itself switches off': {
    declare: app => app.get('/a', { ...read, exposeHeadRoute: false }, reached),
    reach: ['GET /a'],
    miss: ['HEAD /a'],
  },
  'a HEAD route of its own': {
    declare: app => {
      app.head('/a', read, reached)
      app.get('/a', read, reached)
    },
    reach: ['GET /a', 'HEAD /a'],
  },
  'an OPTIONS route': { declare: app => app.options('/a', read, reached), reach: ['OPTIONS /a'], miss: ['GET /a'] },
  'a TRACE route': { declare: app => app.trace('/a', read, reached), reach: ['TRACE /a'] },
  'a method that was added': {
    declare: app => {
      app.addHttpMethod('PROPFIND')
      app.route({ method: 'PROPFIND', url: '/a', ...read, handler: reached })
    },
    reach: ['PROPFIND /a'],
  },
}

describe.each(Object.entries(ways))('%s', (_, { declare, reach, miss = [], server = {} }) => {
  async function start(): Promise<string> {
    const app = await createGuardedApp(issuer, { server })
    await declare(app)
    return listen(app)
  }

  test.each(reach)('%s answers as the route it reaches', async line => {
    const origin = await start()
    const head = line.startsWith('HEAD')
    const granted = await callRaw(origin, `${line} HTTP/1.1`, [`Authorization: Bearer ${token}`])
    expect([granted.status, granted.body]).toEqual([200, head ? '' : 'reached'])
    const expected = missingCredentials('controls:read')
    expect(await callRaw(origin, `${line} HTTP/1.1`)).toEqual({ ...expected, body: head ? '' : expected.body })
  })

  if (miss.length > 0) {
    test('what reaches no route is not found, with a token and without', async () => {
      const origin = await start()
      for (const line of miss) {
        const granted = await callRaw(origin, `${line} HTTP/1.1`, [`Authorization: Bearer ${token}`])
        expect([line, granted.status]).toEqual([line, 404])
        expect(await callRaw(origin, `${line} HTTP/1.1`)).toEqual(granted)
      }
    })
  }
})

test('app.all is guarded under every method that Fastify knows', async () => {
  const app = await createGuardedApp(issuer)
  app.all('/a', read, reached)
  for (const method of app.supportedMethods) {
    const body = method === 'QUERY' ? { payload: {} } : {}
    const ask = (headers: Record<string, string>) =>
      app.inject({ method: method as 'GET', url: '/a', headers, ...body }).then(({ statusCode }) => statusCode)
    expect([method, await ask(bearer(token)), await ask({})]).toEqual([method, 200, 401])
  }
})

test('versions of one route each have their own requirement', async () => {
  const app = await createGuardedApp(issuer)
  app.get('/v', { ...read, constraints: { version: '1.0.0' } }, async () => 'one')
  app.get('/v', { ...write, constraints: { version: '2.0.0' } }, async () => 'two')
  app.get('/v', { config: { access: publicRoute }, constraints: { host: 'open.example' } }, async () => 'open')
  const url = `${await listen(app)}/v`
  const reader = bearer(await issuer.token({ scope: 'controls:read' }))
  const ask = (version: string, headers = {}) => call(url, { headers: { ...headers, 'accept-version': version } })
  expect((await ask('1.x', reader)).body).toBe('one')
  expect(await ask('1.x')).toEqual(missingCredentials('controls:read'))
  expect((await ask('2.x', bearer(token))).body).toBe('two')
  expect((await ask('2.x', reader)).status).toBe(403)
  expect(await ask('2.x')).toEqual(missingCredentials('controls:write'))
  expect((await call(url)).status).toBe(404)
  expect((await app.inject({ url: '/v', headers: { host: 'open.example' } })).body).toBe('open')
})

test('a URL that is no URL is refused by Fastify before any route', async () => {
  const app = await createGuardedApp(issuer)
  app.get('/v1/controls/:id', read, reached)
  const origin = await listen(app)
  for (const headers of [[], [`Authorization: Bearer ${token}`]]) {
    const { status, body } = await callRaw(origin, 'GET /v1/controls/%zz HTTP/1.1', headers)
    expect([status, JSON.parse(body).code]).toEqual([400, 'FST_ERR_BAD_URL'])
  }
})

describe('not found', () => {
  test('stays the default answer', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/a', read, reached)
    const origin = await listen(app)
    for (const headers of [{}, bearer(token), bearer('garbage')]) {
      const { status, body } = await call(`${origin}/b`, { headers })
      expect([status, JSON.parse(body)]).toEqual([
        404,
        { message: 'Route GET:/b not found', error: 'Not Found', statusCode: 404 },
      ])
    }
  })

  test('goes to the handler of the application, also to that of a prefix', async () => {
    const app = await createGuardedApp(issuer)
    app.setNotFoundHandler((request, reply) => reply.code(404).send({ nowhere: true, auth: request.auth }))
    app.register(
      async child => {
        child.setNotFoundHandler((_request, reply) => reply.code(404).send('nowhere in v1'))
        child.get('/a', read, reached)
      },
      { prefix: '/v1' },
    )
    const origin = await listen(app)
    for (const headers of [{}, bearer(token), bearer('garbage')]) {
      expect(await call(`${origin}/b`, { headers })).toMatchObject({
        status: 404,
        body: '{"nowhere":true,"auth":null}',
      })
      expect(await call(`${origin}/v1/b`, { headers })).toMatchObject({ status: 404, body: 'nowhere in v1' })
    }
    expect((await call(`${origin}/v1/a`)).status).toBe(401)
  })

  test('can be said by a guarded handler, to those who reach it', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/a', read, async (_request, reply) => reply.callNotFound())
    const origin = await listen(app)
    expect((await call(`${origin}/a`, { headers: bearer(token) })).status).toBe(404)
    expect(await call(`${origin}/a`)).toEqual(missingCredentials('controls:read'))
  })
})
