import { ConfigurationError, createGuard, type ExpressGuardOptions } from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardFor, type Scope } from './support/guards.ts'
import { send, sendRaw, serve, statusOf } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

const PATH = '/.well-known/oauth-protected-resource'
const METADATA: Partial<ExpressGuardOptions<Scope>> = { resourceMetadata: { resource: 'https://api.example.com' } }

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

async function mistakeOf(work: () => unknown): Promise<{ code: string; message: string } | undefined> {
  try {
    await work()
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message }
    throw error
  }
  return undefined
}

/** What `ready()` says of an app that does not serve the document to everybody. */
function unserved(where: 'is not served' | 'is served too late'): { code: string; message: string } {
  const message = `The protected resource metadata ${where}. Write app.use(guard.metadata) before the first guard, route and router.`
  return { code: 'metadata_unserved', message }
}

type Guard = ReturnType<typeof guardFor>

describe.each(VERSIONS)('%s', (version, express) => {
  const guard = () => guardFor(issuer, METADATA)
  const publicRoute = (app: Application, { public: open }: ReturnType<typeof guard>) =>
    void app.get('/health', open, (_request, response) => void response.send('ok'))

  test('ready() takes an app that serves the metadata before everything else', async () => {
    const api = guard()
    const app = express()
    app.use(api.metadata)
    app.use(api('controls:read'))
    app.get('/', (_request, response) => void response.json({}))
    expect(await mistakeOf(() => api.ready(app))).toBeUndefined()
    const served = await serve(app)
    expect((await send(served, PATH)).status).toBe(200)
    expect((await send(served, '/')).status).toBe(401)
  })

  test('ready() refuses an app whose challenges name metadata that it does not serve', async () => {
    const api = guard()
    const app = express()
    publicRoute(app, api)
    expect(await mistakeOf(() => api.ready(app))).toEqual(unserved('is not served'))
  })

  test('ready() refuses an app without any layer', async () => {
    const api = guard()
    expect(await mistakeOf(() => api.ready(express()))).toEqual(unserved('is not served'))
  })

  test('ready() refuses metadata under a path, where the path of the document never comes', async () => {
    const api = guard()
    const app = express()
    app.use('/api', api.metadata)
    publicRoute(app, api)
    expect(await mistakeOf(() => api.ready(app))).toEqual(unserved('is not served'))
    expect((await send(await serve(app), PATH)).status).toBe(404)
  })

  describe('ready() refuses metadata behind what may answer in its place, and takes it before', () => {
    const everyPath = version === 'Express 5' ? '/{*splat}' : '*'

    test.each<[string, number, (app: Application, guard: Guard) => void]>([
      ['a guard, which lets nobody without a token read it', 401, (app, api) => void app.use(api('controls:read'))],
      [
        'a guard of the path under which it stands',
        401,
        (app, api) => void app.use('/.well-known', api('controls:read')),
      ],
      [
        'a router of every path with a guard',
        401,
        (app, api) => void app.use(express.Router().use(api('controls:read'))),
      ],
      [
        'an app with a guard',
        401,
        (app, api) => {
          const inner = express()
          inner.use(api('controls:read'))
          app.use(inner)
        },
      ],
      [
        'a route of every path',
        418,
        (app, api) => void app.get(everyPath, api.public, (_request, response) => void response.status(418).end()),
      ],
      [
        'a route of its own path',
        418,
        (app, api) => void app.get(PATH, api.public, (_request, response) => void response.status(418).end()),
      ],
    ])('%s', async (_, status, addTo) => {
      const api = guard()
      const before = express()
      before.use(api.metadata)
      addTo(before, api)
      expect(await mistakeOf(() => api.ready(before))).toBeUndefined()
      expect((await send(await serve(before), PATH)).status).toBe(200)
      const behind = express()
      addTo(behind, api)
      behind.use(api.metadata)
      expect(await mistakeOf(() => api.ready(behind))).toEqual(unserved('is served too late'))
      expect((await send(await serve(behind), PATH)).status).toBe(status)
    })
  })

  test('ready() takes metadata behind what only passes on', async () => {
    const api = guard()
    const app = express()
    app.use((_request, _response, next) => next())
    app.use('/assets', express.static('.'))
    app.use(api.metadata)
    publicRoute(app, api)
    expect(await mistakeOf(() => api.ready(app))).toBeUndefined()
    expect((await send(await serve(app), PATH)).status).toBe(200)
  })

  test('ready() refuses the metadata of another guard, whose resource is another', async () => {
    const [api, other] = [guard(), guardFor(issuer, { resourceMetadata: { resource: 'https://api.example.com/v2' } })]
    const app = express()
    app.use(other.metadata)
    publicRoute(app, api)
    expect(await mistakeOf(() => other.ready(app))).toBeUndefined()
    expect(await mistakeOf(() => api.ready(app))).toEqual(unserved('is not served'))
    const served = await serve(app)
    expect([(await send(served, `${PATH}/v2`)).status, (await send(served, PATH)).status]).toEqual([200, 404])
  })

  test('ready() refuses the metadata of a guard for another host, although its path is the same', async () => {
    const [api, other] = [guard(), guardFor(issuer, { resourceMetadata: { resource: 'https://other.example.com' } })]
    const app = express()
    app.use(other.metadata)
    publicRoute(app, api)
    expect(await mistakeOf(() => other.ready(app))).toBeUndefined()
    expect(await mistakeOf(() => api.ready(app))).toEqual(unserved('is not served'))
    const { status, body } = await send(await serve(app), PATH)
    expect([status, JSON.parse(body).resource]).toEqual([200, 'https://other.example.com'])
  })

  test('two guards on one app each ask for their own metadata', async () => {
    const [api, other] = [guard(), guardFor(issuer, { resourceMetadata: { resource: 'https://api.example.com/v2' } })]
    const app = express()
    app.use(other.metadata)
    app.use(api.metadata)
    publicRoute(app, api)
    for (const each of [api, other]) expect(await mistakeOf(() => each.ready(app))).toBeUndefined()
  })

  test('the metadata answers a request target in absolute form (RFC 9112 section 3.2.2)', async () => {
    const api = guard()
    const app = express()
    app.use(api.metadata)
    publicRoute(app, api)
    const served = await serve(app)
    const [origin, absolute] = await Promise.all(
      [PATH, `http://api.example.com${PATH}`].map(target => sendRaw(served, `GET ${target} HTTP/1.1`)),
    )
    expect(statusOf(absolute ?? '')).toBe(200)
    expect(absolute).toBe(origin)
    for (const target of [`http://api.example.com${PATH}/x`, `http://api.example.com/?${PATH}`, 'http://[', '*']) {
      expect([target, statusOf(await sendRaw(served, `GET ${target} HTTP/1.1`))]).toEqual([target, 404])
    }
  })

  test('ready() says first which routes are open', async () => {
    const api = guard()
    const app = express()
    app.get('/open', (_request, response) => void response.json({}))
    expect((await mistakeOf(() => api.ready(app)))?.code).toBe('route_uncovered')
  })

  test('without the option, ready() asks for no metadata', async () => {
    const api = guardFor(issuer)
    const app = express()
    publicRoute(app, api)
    expect(await mistakeOf(() => api.ready(app))).toBeUndefined()
  })

  test('the metadata is served from a mounted router too, and every other path goes on', async () => {
    const api = guard()
    const app = express()
    const router = express.Router()
    router.use(api.metadata)
    app.use('/.well-known', router)
    publicRoute(app, api)
    const served = await serve(app)
    expect((await send(served, PATH)).status).toBe(200)
    expect((await send(served, `${PATH}/v1`)).status).toBe(404)
    expect((await send(served, '/health')).body).toBe('ok')
  })
})

test('guard.metadata without the option is a mistake, and guards can be looked at all the same', async () => {
  expect(guardFor(issuer, METADATA).metadata).toBeTypeOf('function')
  const guard = guardFor(issuer)
  expect(await mistakeOf(() => guard.metadata)).toEqual({
    code: 'option_missing',
    message: 'guard.metadata needs the option "resourceMetadata": { resource: \'https://api.example.com\' }.',
  })
  expect(Object.keys({ ...guard })).toEqual(['public', 'optional', 'routes', 'ready'])
})

test('an unusable resource throws when the guard is made', async () => {
  const options = { ...issuer.options, audience: 'https://api.example.com', scopes: {} }
  expect(
    await mistakeOf(() => createGuard({ ...options, resourceMetadata: { resource: 'https://api.example.com?x' } })),
  ).toEqual({
    code: 'option_invalid',
    message: 'Option "resourceMetadata": "resource" must have no query (RFC 9728 section 1.2).',
  })
})
