import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application, RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { send, serve } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

const guard = (): RequestHandler => guardFor(issuer)('controls:read') as RequestHandler

/** Asks for each path without a token, and gives the routes of the events. */
async function routesOf(app: Application, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  const routes: (string | undefined)[] = []
  const listener = (event: unknown): void => void routes.push((event as { route?: string }).route)
  subscribe('scopeward:denied', listener)
  onTestFinished(() => void unsubscribe('scopeward:denied', listener))
  const api = await serve(app)
  for (const path of paths) expect((await send(api, path)).status).toBe(401)
  return routes
}

describe.each(VERSIONS)('%s', (version, express) => {
  const isExpress4 = version === 'Express 4'

  test('a router under parameters has the pattern of its mount in its events, and no value of a request', async () => {
    const orders = express.Router()
    orders.get('/', guard())
    orders.get('/:id', guard())
    const tenant = express.Router({ mergeParams: true })
    tenant.use('/orders', orders)
    tenant.get('/settings', guard())
    const app = express()
    app.use('/tenants/:tenant', tenant)
    const paths = ['/tenants/42/orders/7', '/tenants/43/orders/8', '/tenants/42/settings', '/tenants/a%2Fb/orders']
    const routes = await routesOf(app, [...paths, '/tenants/42/orders/7'])
    const each = '/tenants/:tenant/orders/:id'
    expect(routes).toEqual([each, each, '/tenants/:tenant/settings', '/tenants/:tenant/orders/', each])
    expect(
      guardFor(issuer)
        .routes(app)
        .map(({ path }) => path),
    ).toEqual(['/tenants/:tenant/orders/', each, '/tenants/:tenant/settings'])
  })

  test('values that look like parts of the path, and other cases of letters, change nothing', async () => {
    const router = express.Router().get('/lines', guard())
    const app = express()
    app.use('/v1/orders/:order', router)
    const paths = [
      '/v1/orders/orders/lines',
      '/v1/orders/v1/lines',
      '/V1/Orders/LINES/lines',
      '/v1/orders/:order/lines',
    ]
    expect(new Set(await routesOf(app, paths))).toEqual(new Set(['/v1/orders/:order/lines']))
  })

  test('a router that is mounted twice has the pattern of the place that was asked for', async () => {
    const router = express.Router().get('/lines/:line', guard())
    const app = express()
    app.use('/orders/:order', router)
    app.use('/tenants/:tenant', express.Router().use('/carts/:cart', router))
    app.use(['/old/:order', '/older/:order'], router)
    const routes = await routesOf(app, ['/orders/1/lines/2', '/tenants/1/carts/2/lines/3', '/older/4/lines/5'])
    const several = isExpress4 ? '/old/:order,/older/:order/lines/:line' : '/older/:order/lines/:line'
    expect(routes).toEqual(['/orders/:order/lines/:line', '/tenants/:tenant/carts/:cart/lines/:line', several])
  })

  test('apps inside of apps have theirs too', async () => {
    const inner = express()
    inner.get('/orders/:id', guard())
    const middle = express()
    middle.use('/tenants/:tenant', inner)
    const app = express()
    app.use('/:region', middle)
    expect(await routesOf(app, ['/eu/tenants/42/orders/7'])).toEqual(['/:region/tenants/:tenant/orders/:id'])
  })

  test('what cannot be told is left out: expressions, several parameters in one part, routers that a function hides', async () => {
    const router = express.Router().get('/x', guard())
    const hidden = express.Router().use('/tenants/:tenant', express.Router().get('/y', guard()))
    const app = express()
    app.use(/^\/accounts\/\d+/, router)
    app.use(/^\/users\/(\d+)/, router)
    app.use('/flights/:from-:to', router)
    app.use((request, response, next) => hidden(request, response, next))
    const paths = ['/accounts/4711/x', '/users/4711/x', '/flights/AMS-BER/x', '/tenants/4711/y', '/tenants/4712/y']
    const routes = await routesOf(app, paths)
    expect(routes.slice(3)).toEqual(['…/y', '…/y'])
    for (const route of routes) expect(route).not.toMatch(/4711|4712|AMS|BER/)
    if (!isExpress4) expect(routes.slice(0, 3)).toEqual(['…/x', '…/x', '…/x'])
  })

  test('a path without end costs no more than others, and is told without its values', async () => {
    const router = express.Router().get('/x', guard())
    const app = express()
    app.use(isExpress4 ? '/files/*' : '/files/*path', router)
    app.use('/:id', router)
    const long = `/${'a'.repeat(5000)}/x`
    const deep = `/files${'/a'.repeat(100)}/x`
    const routes = await routesOf(app, isExpress4 ? [long] : [long, '/b/x'])
    expect(routes[0]).toBe(isExpress4 ? '/:id/x' : '…/x')
    expect(routes[1]).toBe(isExpress4 ? undefined : '/:id/x')
    const api = await serve(app)
    expect((await send(api, deep)).status).toBe(404)
  })

  test('routes that are added while it serves are found as well, and those that never can be are not looked for for ever', async () => {
    const router = express.Router()
    const app = express()
    app.use('/tenants/:tenant', router)
    app.use('/made/:id', (request, response, next) => {
      express.Router().get('/x', guard())(request, response, next)
    })
    router.get('/x', guard())
    expect(await routesOf(app, ['/tenants/1/x'])).toEqual(['/tenants/:tenant/x'])
    router.get('/y', guard())
    expect(await routesOf(app, ['/tenants/1/y', '/tenants/2/x'])).toEqual(['/tenants/:tenant/y', '/tenants/:tenant/x'])
    const made = await routesOf(
      app,
      Array.from({ length: 40 }, (_, id) => `/made/${id}/x`),
    )
    expect(new Set(made)).toEqual(new Set(['…/x']))
    router.get('/z', guard())
    expect(await routesOf(app, ['/tenants/1/z', '/tenants/1/x'])).toEqual(['…/z', '/tenants/:tenant/x'])
  })
})
