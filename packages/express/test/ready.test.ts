import { ConfigurationError, createGuard, satisfies } from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application, ErrorRequestHandler, RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { send, serve } from './support/http.ts'
import { uncovered } from './support/uncovered.ts'
import { VERSIONS } from './support/versions.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

const handler: RequestHandler = (_request, response) => void response.end()

describe.each(VERSIONS)('%s', (_version, express) => {
  /** What `ready()` lists of the app that `build` fills. */
  const listed = (
    build: (app: Application, guard: ReturnType<typeof guardFor>) => void,
  ): Promise<readonly string[]> => {
    const app = express()
    const guard = guardFor(issuer)
    build(app, guard)
    return uncovered(guard, app)
  }

  test('rejects with every route that is neither guarded nor public, and says what to type', async () => {
    const app = express()
    const guard = guardFor(issuer)
    app.get('/a', handler)
    app.post('/a', guard('controls:read'), handler)
    app.delete('/b/:id', handler, guard('controls:read'))
    const message = [
      '2 routes are neither guarded nor public:',
      '  GET /a',
      '  DELETE /b/:id (its guard is not the first handler)',
      "Put guard('<scope>') first among the handlers, or guard.public to leave a route open.",
    ].join('\n')
    await expect(guard.ready(app)).rejects.toThrow(new ConfigurationError('route_uncovered', message))
    await expect(guard.ready(app)).rejects.toMatchObject({ code: 'route_uncovered' })
  })

  test('counts in the singular too', async () => {
    const app = express()
    app.get('/a', handler)
    await expect(guardFor(issuer).ready(app)).rejects.toThrow(
      /^1 route is neither guarded nor public:\n {2}GET \/a\nPut /,
    )
  })

  test('resolves for an app whose routes are all guarded, optional or public', async () => {
    const routes = await listed((app, guard) => {
      app.get('/a', guard('controls:read'), handler)
      app.get('/b', guard.optional('controls:read'), handler)
      app.get('/c', guard.public, handler)
    })
    expect(routes).toEqual([])
    expect(await listed(() => undefined)).toEqual([])
  })

  test('does not fetch keys for an app that it refuses', async () => {
    const app = express()
    app.get('/a', handler)
    issuer.resetRequests()
    await expect(guardFor(issuer).ready(app)).rejects.toThrow()
    expect(issuer.requests).toMatchObject({ metadata: 0, jwks: 0 })
  })

  test('looks at each method of a route by itself', async () => {
    const routes = await listed((app, guard) => {
      app.route('/x').get(guard('controls:read'), handler).post(handler).put(handler, guard('controls:write'))
      app.route('/y').get(handler).post(guard.public, handler)
      app.route('/all-first').all(guard('controls:read')).get(handler).post(handler)
      app.route('/all-last').get(handler).all(guard('controls:read'))
      app.route('/all-open').get(guard('controls:read'), handler).all(handler)
      app.route('/head').get(guard('controls:read'), handler).head(handler)
    })
    expect(routes).toEqual([
      'POST /x',
      'PUT /x (its guard is not the first handler)',
      'GET /y',
      'GET /all-last (its guard is not the first handler)',
      'ALL /all-open',
      'HEAD /head',
    ])
  })

  test('lists app.all and router.all once, not for each method there is', async () => {
    const routes = await listed((app, guard) => {
      app.all('/app', handler)
      app.all('/late', handler, guard('controls:read'))
      app.use(express.Router().all('/router', handler))
      app.all('/guarded', guard('controls:read'), handler)
    })
    expect(routes).toEqual(['ALL /app', 'ALL /late (its guard is not the first handler)', 'ALL /router'])
  })

  test('names arrays of paths, regular expressions and parameters as they were written', async () => {
    const routes = await listed(app => {
      app.get(['/a', '/b'], handler)
      app.get(/^\/c(d)?$/, handler)
      app.get('/e/:id/f', handler)
    })
    expect(routes).toEqual(['GET /a,/b', 'GET /^\\/c(d)?$/', 'GET /e/:id/f'])
  })

  test('lists neither middleware nor error handlers', async () => {
    const onError: ErrorRequestHandler = (_error, _request, _response, next) => next()
    const routes = await listed(app => {
      app.use(handler)
      app.use('/static', handler)
      app.use(express.json(), express.static('.'))
      app.use(express.Router())
      app.use(onError)
    })
    expect(routes).toEqual([])
  })

  test('a guard in use() covers what follows in the same router, and nothing before it', async () => {
    const routes = await listed((app, guard) => {
      app.get('/before', handler)
      const router = express.Router()
      router.get('/before', handler)
      router.use(guard('controls:read'))
      router.get('/after', handler)
      router.use('/deep', express.Router().get('/after', handler))
      app.use(router)
      app.get('/beside', handler)
      app.use(handler, guard('controls:read'))
      app.get('/after', handler)
      app.use('/apps', express().get('/after', handler))
    })
    expect(routes).toEqual(['GET /before', 'GET /before', 'GET /beside'])
  })

  test('a guard under a path does not count: another spelling of the path may pass it by', async () => {
    const routes = await listed((app, guard) => {
      app.use('/v1', guard('controls:read'))
      app.get('/v1/controls', handler)
      app.use(['/'], guard('controls:read'))
      app.get('/v2/controls', handler)
      app.use('/', guard('controls:read'))
      app.get('/v3/controls', handler)
    })
    expect(routes).toEqual(['GET /v1/controls', 'GET /v2/controls'])
  })

  test('a guard of another createGuard() counts', async () => {
    const other = guardFor(issuer, { audience: 'https://other.example.com' })
    expect(await listed(app => app.get('/a', other('controls:read'), handler))).toEqual([])
  })

  test('a guard that a tool has wrapped counts, if the wrapper carries its properties', async () => {
    const wrapped = (guard: RequestHandler): RequestHandler =>
      Object.assign(((request, response, next) => guard(request, response, next)) as RequestHandler, guard)
    const routes = await listed((app, guard) => {
      app.get('/a', wrapped(guard('controls:read')), handler)
      app.get('/b', wrapped(guard.public), handler)
      app.get('/c', wrapped(handler))
    })
    expect(routes).toEqual(['GET /c'])
  })

  test('a guard in use() does not count past an error handler, which may go on without it', async () => {
    const app = express()
    const guard = guardFor(issuer)
    const goOn: ErrorRequestHandler = (_error, _request, _response, next) => next()
    app.use(express.json())
    app.use(guard('controls:read'))
    app.get('/before', handler)
    app.use(goOn)
    app.get('/after', handler)
    const api = await serve(app)
    expect((await send(api, '/after')).status).toBe(401)
    const malformed = { headers: { 'content-type': 'application/json', 'content-length': '1' }, body: '{' }
    expect((await send(api, '/after', malformed)).status).toBe(200)
    expect(await uncovered(guard, app)).toEqual(['GET /after (an error handler stands between the guard and it)'])
  })

  test('lists a route in which an error handler could lead past a failed guard to the last handler', async () => {
    const app = express()
    const guard = guardFor(issuer)
    const goOn: ErrorRequestHandler = (_error, _request, _response, next) => next()
    const fails = guard(
      satisfies('always fails', () => {
        throw new Error('lookup failed')
      }),
    )
    app.get('/leads-on', fails, goOn, handler)
    app.get('/ends', fails, handler, goOn)
    const api = await serve(app)
    const headers = { authorization: `Bearer ${await issuer.token({ scope: 'controls:read' })}` }
    expect((await send(api, '/leads-on', { headers })).status).toBe(200)
    expect((await send(api, '/ends', { headers })).status).toBe(404)
    expect(await uncovered(guard, app)).toEqual([
      'GET /leads-on (an error handler stands between the guard and the last handler)',
    ])
  })

  test('guard() and guard.optional() take one requirement: a second would be dropped, and the route be open', () => {
    const guard = guardFor(issuer)
    for (const make of [guard, guard.optional] as ((...required: readonly unknown[]) => unknown)[]) {
      expect(make('controls:read')).toBeTypeOf('function')
      expect(() => make('controls:read', 'controls:write')).toThrow('A guard takes one requirement.')
    }
  })

  test('says that a guard was not called, and such a route stays shut', async () => {
    const app = express()
    const guard = guardFor(issuer)
    app.get('/guard', guard as unknown as RequestHandler, handler)
    app.get('/optional', guard.optional as unknown as RequestHandler, handler)
    const api = await serve(app)
    expect((await send(api, '/guard')).status).toBe(500)
    expect((await send(api, '/optional')).status).toBe(500)
    expect(await uncovered(guard, app)).toEqual([
      "GET /guard (its guard is not called: write guard('<scope>'))",
      'GET /optional',
    ])
  })

  test('needs the app', async () => {
    for (const nothing of [undefined, null, {}]) {
      await expect(guardFor(issuer).ready(nothing as never)).rejects.toThrow(
        'guard.ready() needs the app. Write `await guard.ready(app)`.',
      )
    }
  })

  test('refuses what it cannot look into', async () => {
    const router = express.Router() as unknown as Application
    await expect(guardFor(issuer).ready(router)).rejects.toThrow(
      '1 route is neither guarded nor public:\n  / (not an Express app that can be looked into)\n',
    )
  })

  test('can be called again after more routes', async () => {
    const app = express()
    const guard = guardFor(issuer)
    app.get('/a', guard('controls:read'), handler)
    expect(await guard.ready(app)).toMatchObject({ issuers: [{ keySet: 'available' }] })
    app.get('/b', handler)
    expect(await uncovered(guard, app)).toEqual(['GET /b'])
  })
})

test('createGuard without options says which one is missing', () => {
  // @ts-expect-error the options are required
  expect(() => createGuard()).toThrow(/^Option "audience" is missing\./)
})

test('guard.public with a call says to leave the call out', () => {
  const call = guardFor(issuer).public as unknown as () => void
  expect(() => call()).toThrow('guard.public is a handler itself. Write guard.public, not guard.public().')
})

test.each([
  ['respnd', 'The resource server has no option "respnd". Did you mean "respond"?'],
  ['clockTolerence', 'The resource server has no option "clockTolerence". Did you mean "clockToleranceSeconds"?'],
])('the unknown option %s is refused with the nearest name', (name, message) => {
  expect(() => guardFor(issuer, { [name]: 1 })).toThrow(new ConfigurationError('option_unknown', message))
})
