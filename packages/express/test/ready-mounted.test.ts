import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application, ErrorRequestHandler, RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
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
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe.each(VERSIONS)('%s', (version, express) => {
  /** Express 5 keeps the mount paths of routers from router 2.3 on; before that they are shown as `…`. */
  const mount = (path: string): string => {
    const [layer] = (express.Router().use('/x', handler) as unknown as { stack: readonly { rawPath?: unknown }[] })
      .stack
    return version === 'Express 4' || layer?.rawPath !== undefined ? path : '…'
  }
  const listed = (app: Application): Promise<readonly string[]> => uncovered(guardFor(issuer), app)

  test('looks into routers in routers', async () => {
    const guard = guardFor(issuer)
    const inner = express.Router().get('/open', handler).get('/closed', guard('controls:read'), handler)
    const outer = express.Router().post('/open', handler).use('/inner', inner)
    const app = express()
    app.use('/outer', outer)
    app.use(express.Router().get('/root', handler))
    expect(await listed(app)).toEqual([
      `POST ${mount('/outer')}/open`,
      `GET ${mount('/outer')}${mount('/inner')}/open`,
      'GET /root',
    ])
  })

  test('names the paths that routers are mounted under, as far as Express keeps them', async () => {
    const paths = ['/plain', '/tenants/:tenant', '/:a/:b', '/dash-and.dot', ['/one', '/two']]
    const app = express()
    for (const path of paths) app.use(path, express.Router().get('/x', handler))
    expect(await listed(app)).toEqual(paths.map(path => `GET ${mount(String(path))}/x`))
  })

  test('looks into mounted apps in mounted apps', async () => {
    const guard = guardFor(issuer)
    const innermost = express().get('/open', handler).get('/closed', guard('controls:read'), handler) as Application
    const inner = express().use('/innermost', innermost).get('/open', handler) as Application
    const app = express()
    app.use('/inner', inner)
    app.use(express().get('/root', handler))
    expect(await listed(app)).toEqual(['GET /inner/innermost/open', 'GET /inner/open', 'GET /root'])
  })

  test('looks into an app that a router mounts', async () => {
    const mounted = express().get('/open', handler) as Application
    const app = express()
    app.use(express.Router().use(express.Router().use(mounted)))
    app.use('/a', express.Router().use('/b', express().get('/open', handler) as Application))
    expect((await send(await serve(app), '/a/b/open')).status).toBe(200)
    expect(await listed(app)).toEqual(['GET /open', `GET ${mount('/a')}${mount('/b')}/open`])
  })

  test('takes an empty mounted app for what it is', async () => {
    const app = express()
    app.use('/empty', express())
    app.use('/router', express.Router().use('/empty', express()))
    app.use('/nested', express().use('/empty', express()) as Application)
    expect(await listed(app)).toEqual([])
  })

  test('a guard inside a mounted app covers what follows there alone', async () => {
    const guard = guardFor(issuer)
    const mounted = express()
    mounted.get('/before', handler)
    mounted.use(guard('controls:read'))
    mounted.get('/after', handler)
    const app = express()
    app.use('/mounted', mounted)
    app.get('/beside', handler)
    expect(await listed(app)).toEqual(['GET /mounted/before', 'GET /beside'])
  })

  test('finds a mounted app whose layer a tracing tool has wrapped', async () => {
    const app = express()
    app.use('/inner', express().get('/open', handler) as Application)
    const layers = app as unknown as Record<string, { readonly stack: readonly { handle: RequestHandler }[] }>
    const layer = layers[version === 'Express 4' ? '_router' : 'router']?.stack.at(-1)
    const { handle } = layer as { handle: RequestHandler }
    Object.assign(layer as object, {
      handle: function (this: unknown, ...call: Parameters<RequestHandler>) {
        return handle.apply(this as never, call)
      },
    })
    expect((await send(await serve(app), '/inner/open')).status).toBe(200)
    expect(await listed(app)).toEqual(['GET /inner/open'])
  })

  test('runs no handler of a mounted app and leaves no exception behind', async () => {
    const ran: string[] = []
    const failures: unknown[] = []
    const onFailure = (error: unknown): void => void failures.push(error)
    for (const event of ['uncaughtException', 'unhandledRejection']) {
      process.on(event, onFailure)
      onTestFinished(() => void process.off(event, onFailure))
    }
    const note = (name: string): RequestHandler => {
      return (_request, _response, next) => {
        ran.push(name)
        next()
      }
    }
    const onError: ErrorRequestHandler = (_error, _request, response, _next) => {
      ran.push('error handler')
      response.end()
    }
    const lively = (depth: number): Application => {
      const app = express()
      app.set('query parser', () => {
        ran.push('query parser')
        return {}
      })
      app.param('id', (_request, _response, next) => {
        ran.push('param')
        next()
      })
      app.use(note('middleware'))
      app.use('/', note('middleware at /'))
      app.all('/', guardFor(issuer).public, note('route'))
      app.get('/:id', guardFor(issuer).public, note('param route'))
      if (depth > 0) app.use(lively(depth - 1))
      app.use(note('last middleware'))
      app.use(onError)
      return app
    }
    const app = express()
    app.use(note('middleware of the app'))
    app.use('/lively', lively(2))
    app.use(note('after'))
    app.use(onError)
    await guardFor(issuer).ready(app)
    for (let i = 0; i < 5; i++) await turn()
    expect({ ran, failures }).toEqual({ ran: [], failures: [] })
    await send(await serve(app), '/lively')
    expect(ran).toContain('middleware at /')
  })

  test('leaves mounted apps working as before', async () => {
    const inner = express()
    inner.get('/', guardFor(issuer).public, (request, response) => {
      response.json({ app: request.app === inner, baseUrl: request.baseUrl })
    })
    const app = express()
    app.use('/inner', inner)
    app.get('/outer', guardFor(issuer).public, (request, response) => void response.json(request.app === app))
    const api = await serve(app)
    const before = [await send(api, '/inner'), await send(api, '/outer')].map(({ body }) => body)
    await guardFor(issuer).ready(app)
    await turn()
    expect([await send(api, '/inner'), await send(api, '/outer')].map(({ body }) => body)).toEqual(before)
    expect(before).toEqual(['{"app":true,"baseUrl":"/inner"}', 'true'])
  })
})
