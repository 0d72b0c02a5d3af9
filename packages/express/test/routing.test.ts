import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application, RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { send, sendRaw, serve, statusOf } from './support/http.ts'
import { type ExpressModule, VERSIONS } from './support/versions.ts'

let issuer: TestIssuer
let token: string

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  token = await issuer.token({ scope: 'controls:read' })
})
afterAll(() => issuer.stop())

interface Verdict {
  /** Status without credentials and with a good token. */
  readonly anonymous: number
  readonly authorized: number
  /** Whether the handler ran for either. */
  readonly anonymousReached: boolean
  readonly authorizedReached: boolean
}

const CLOSED: Verdict = { anonymous: 401, authorized: 200, anonymousReached: false, authorizedReached: true }
const NOWHERE: Verdict = { anonymous: 404, authorized: 404, anonymousReached: false, authorizedReached: false }
/** Express answers by itself, before any handler. */
const UNDECODABLE: Verdict = { ...NOWHERE, anonymous: 400, authorized: 400 }

interface Site {
  judge(method: string, target: string): Promise<Verdict>
}

/** Builds an app around one handler and tells who reaches it. */
async function site(app: Application, mount: (handler: RequestHandler) => void): Promise<Site> {
  let reached = false
  const handler: RequestHandler = (_request, response) => {
    reached = true
    response.end()
  }
  mount(handler)
  app.set('env', 'test') // Express then does not print errors
  const api = await serve(app)
  const call = async (line: string, ...headers: readonly string[]) => {
    reached = false
    return { status: statusOf(await sendRaw(api, line, ...headers)), reached }
  }
  return {
    judge: async (method, target) => {
      const line = `${method} ${target} HTTP/1.1`
      const anonymous = await call(line)
      const authorized = await call(line, `Authorization: Bearer ${token}`)
      return {
        anonymous: anonymous.status,
        authorized: authorized.status,
        anonymousReached: anonymous.reached,
        authorizedReached: authorized.reached,
      }
    },
  }
}

const controls = (express: ExpressModule): Promise<Site> => {
  const app = express()
  return site(app, handler => app.get('/v1/controls', guardFor(issuer)('controls:read'), handler))
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test.each([
    ['/v1/controls', CLOSED],
    ['/v1/controls/', CLOSED],
    ['/V1/Controls', CLOSED],
    ['/v1/controls?access_token=x', CLOSED],
    ['/v1/controls?', CLOSED],
    ['/v1/controls#fragment', CLOSED],
    ['http://evil.example/v1/controls', CLOSED],
    ['/v1/%63ontrols', NOWHERE],
    ['/%76%31/controls', NOWHERE],
    ['//v1/controls', NOWHERE],
    ['/v1//controls', NOWHERE],
    ['/v1/controls//', NOWHERE],
    ['/v1/./controls', NOWHERE],
    ['/v1/x/../controls', NOWHERE],
    ['/v1/controls;x=1', NOWHERE],
    ['/v1/controls%2f', NOWHERE],
    ['/v1/controls%00', NOWHERE],
    ['/v1%2fcontrols', NOWHERE],
    ['/v1\\controls', NOWHERE],
    ['/v1/controls.json', NOWHERE],
    ['/v1/controls/%2e%2e', NOWHERE],
  ])('GET %s gets the answer of the route that it reaches', async (target, verdict) => {
    expect(await (await controls(express)).judge('GET', target)).toEqual(verdict)
  })

  test('strict and case-sensitive routing change what a path reaches, never whether it is guarded', async () => {
    const app = express()
    app.set('strict routing', true)
    app.set('case sensitive routing', true)
    const { judge } = await site(app, handler => app.get('/v1/controls', guardFor(issuer)('controls:read'), handler))
    expect(await judge('GET', '/v1/controls')).toEqual(CLOSED)
    expect(await judge('GET', '/v1/controls/')).toEqual(NOWHERE)
    expect(await judge('GET', '/V1/controls')).toEqual(NOWHERE)
  })

  test('HEAD on a GET route asks for the same', async () => {
    expect(await (await controls(express)).judge('HEAD', '/v1/controls')).toEqual(CLOSED)
  })

  test('OPTIONS without a route of its own is answered by Express and reaches no handler', async () => {
    const { judge } = await controls(express)
    expect(await judge('OPTIONS', '/v1/controls')).toEqual({ ...NOWHERE, anonymous: 200, authorized: 200 })
  })

  test('OPTIONS with a route of its own is guarded like any other, also as a CORS preflight', async () => {
    const app = express()
    const { judge } = await site(app, handler => {
      app.options('/v1/controls', guardFor(issuer)('controls:read'), handler)
    })
    expect(await judge('OPTIONS', '/v1/controls')).toEqual(CLOSED)
    const preflight = { origin: 'https://app.example', 'access-control-request-headers': 'authorization' }
    expect((await send(await serve(app), '/v1/controls', { method: 'OPTIONS', headers: preflight })).status).toBe(401)
  })

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH'])(
    '%s on app.all is guarded',
    async method => {
      const app = express()
      const { judge } = await site(app, handler => app.all('/v1/controls', guardFor(issuer)('controls:read'), handler))
      expect(await judge(method, '/v1/controls')).toEqual(CLOSED)
    },
  )

  test.each(['POST', 'PROPFIND', 'TRACE'])('%s on a GET route reaches nothing', async method => {
    expect(await (await controls(express)).judge(method, '/v1/controls')).toEqual(NOWHERE)
  })

  test('a method in a header is only a header', async () => {
    const app = express()
    let reached = 0
    const count: RequestHandler = (_request, response) => {
      reached++
      response.end()
    }
    app.get('/v1/controls', guardFor(issuer).public, (_request, response) => void response.end())
    app.delete('/v1/controls', guardFor(issuer)('controls:write'), count)
    const api = await serve(app)
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-original-url': '/admin' }
    expect((await send(api, '/v1/controls', { headers })).status).toBe(200)
    expect((await send(api, '/v1/controls', { method: 'DELETE', headers })).status).toBe(401)
    expect(reached).toBe(0)
  })

  const shapes: readonly (readonly [
    string,
    string,
    string,
    (app: Application, guard: RequestHandler, handler: RequestHandler) => void,
  ])[] = [
    ['a parameter', 'GET', '/v1/controls/7', (app, guard, handler) => app.get('/v1/controls/:id', guard, handler)],
    [
      'a parameter, encoded',
      'GET',
      '/v1/controls/%37',
      (app, guard, handler) => app.get('/v1/controls/:id', guard, handler),
    ],
    ['a regular expression', 'GET', '/v1/controls', (app, guard, handler) => app.get(/^\/v1\/con/, guard, handler)],
    ['several paths', 'GET', '/v1/b', (app, guard, handler) => app.get(['/v1/a', '/v1/b'], guard, handler)],
    [
      'app.route',
      'POST',
      '/v1/controls',
      (app, guard, handler) => {
        app.route('/v1/controls').get(guard, handler).post(guard, handler)
      },
    ],
    ['route.all', 'GET', '/v1/controls', (app, guard, handler) => app.route('/v1/controls').all(guard).get(handler)],
    ['handlers in an array', 'GET', '/v1/x', (app, guard, handler) => app.get('/v1/x', [guard, handler])],
  ]

  test.each(shapes)('guards a route by %s', async (_name, method, target, build) => {
    const app = express()
    const { judge } = await site(app, handler => build(app, guardFor(issuer)('controls:read'), handler))
    expect(await judge(method, target)).toEqual(CLOSED)
  })

  test('guards routes of routers in routers', async () => {
    const app = express()
    const { judge } = await site(app, handler => {
      const inner = express.Router().get('/controls', guardFor(issuer)('controls:read'), handler)
      app.use('/v1', express.Router().use('/:tenant', inner))
    })
    expect(await judge('GET', '/v1/acme/controls')).toEqual(CLOSED)
    expect(await judge('GET', '/v1/ac%2Fme/CONTROLS/')).toEqual(CLOSED)
    expect(await judge('GET', '/v1/%ff/controls')).toEqual(UNDECODABLE)
  })

  test('guards routes of mounted apps', async () => {
    const app = express()
    const { judge } = await site(app, handler => {
      const inner = express().get('/controls', guardFor(issuer)('controls:read'), handler)
      const outer = express()
      outer.use('/inner', inner)
      app.use('/outer', outer)
    })
    expect(await judge('GET', '/outer/inner/controls')).toEqual(CLOSED)
  })

  test('guards by router.use whatever follows in that router, for every method', async () => {
    const app = express()
    const { judge } = await site(app, handler => {
      const router = express.Router()
      router.use(guardFor(issuer)('controls:read'))
      router.get('/controls', handler)
      router.post('/controls', handler)
      app.use('/v1', router)
    })
    expect(await judge('GET', '/v1/controls')).toEqual(CLOSED)
    expect(await judge('HEAD', '/v1/controls')).toEqual(CLOSED)
    expect(await judge('POST', '/v1/controls')).toEqual(CLOSED)
    expect(await judge('GET', '/v1/nothing')).toMatchObject({ anonymous: 401, authorized: 404 })
    expect(await judge('OPTIONS', '/v1/controls')).toMatchObject({ anonymous: 401, authorizedReached: false })
    expect(await judge('GET', '/elsewhere')).toEqual(NOWHERE)
  })

  test('each guard of a route has its say', async () => {
    const app = express()
    const guard = guardFor(issuer)
    app.get('/both', guard('controls:read'), guard('imports:write'), (_request, response) => void response.end())
    const api = await serve(app)
    expect((await send(api, '/both', { token })).status).toBe(403)
    const both = await issuer.token({ scope: 'controls:read imports:write' })
    expect((await send(api, '/both', { token: both })).status).toBe(200)
  })
})
