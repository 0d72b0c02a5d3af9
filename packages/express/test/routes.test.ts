import { randomBytes } from 'node:crypto'
import {
  allOf,
  anyOf,
  authenticated,
  dpop,
  openapi,
  type RouteDescription,
  service,
  sharedSecret,
} from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { send, serve } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

const info = { title: 'Controls', version: '1.0.0' }

/** As a line of a list. */
function lines(routes: readonly RouteDescription[]): readonly string[] {
  return routes.map(({ method, path, kind, requirement, note }) =>
    [method, path, kind, requirement ?? '-', ...(note === undefined ? [] : [`(${note})`])].join(' '),
  )
}

const end = (_request: unknown, response: { end(): void }) => response.end()

describe.each(VERSIONS)('%s', (_version, express) => {
  test('every route is listed with what it requires, in the order in which Express asks', () => {
    const guard = guardFor(issuer)
    const app = express()
    app.get('/health', guard.public, end)
    app.get('/controls/:id', guard('controls:read'), end)
    app.post('/imports', guard(allOf('imports:write', service)), end)
    app.get('/news', guard.optional(anyOf('controls:read', service)), end)
    app.delete('/imports', end)
    expect(lines(guard.routes(app))).toEqual([
      'GET /health public -',
      'GET /controls/:id guarded controls:read',
      'POST /imports guarded imports:write and service',
      'GET /news optional controls:read or service',
      'DELETE /imports uncovered -',
    ])
    expect(guard.routes(app).map(({ alternatives }) => alternatives)).toEqual([
      [],
      [['controls:read']],
      [['imports:write']],
      [['controls:read'], []],
      [],
    ])
  })

  test('routers and mounted apps are looked into, and no handler runs', () => {
    const guard = guardFor(issuer)
    const router = express.Router()
    router.get('/controls', guard('controls:read'), () => expect.unreachable())
    const inner = express()
    inner.get('/imports', guard('imports:write'), () => expect.unreachable())
    const app = express()
    app.use('/v1', router)
    app.use('/tenants/:tenant', express.Router().use('/v1.0', router))
    app.use('/v2', inner)
    expect(lines(guard.routes(app))).toEqual([
      'GET /v1/controls guarded controls:read',
      'GET /tenants/:tenant/v1.0/controls guarded controls:read',
      'GET /v2/imports guarded imports:write',
    ])
  })

  test('a guard of the router and the one of the route are both required, as a request shows', async () => {
    const guard = guardFor(issuer)
    const app = express()
    app.use(guard(anyOf('controls:read', service)))
    app.get('/controls', guard('imports:write'), end)
    const [route] = guard.routes(app)
    expect(route).toMatchObject({
      kind: 'guarded',
      requirement: '(controls:read or service) and imports:write',
      alternatives: [['controls:read', 'imports:write'], ['imports:write']],
    })
    const api = await serve(app)
    const statusFor = async (scope: string) => {
      const token = await issuer.token({ subject: 'user-1', clientId: 'web', scope })
      return (await send(api, '/controls', { token })).status
    }
    expect(await statusFor('controls:read imports:write')).toBe(200)
    expect(await statusFor('imports:write')).toBe(403)
    expect(await statusFor('controls:read')).toBe(403)
  })

  test('what does not cover a route is not listed as if it did, and the list says why', () => {
    const guard = guardFor(issuer)
    const app = express()
    app.use('/v1', guard('controls:read'))
    app.get('/v1/controls', end)
    app.get('/late', end, guard('controls:read'), end)
    app.use(guard('controls:read'))
    app.use((_error: unknown, _request: unknown, _response: unknown, next: () => void) => next())
    app.get('/after', end)
    expect(lines(guard.routes(app))).toEqual([
      'GET /v1/controls uncovered -',
      'GET /late uncovered - (its guard is not the first handler)',
      'GET /after uncovered - (an error handler stands between the guard and it)',
    ])
  })

  test('several paths of one route have a row each, and a route for every method has one', () => {
    const guard = guardFor(issuer)
    const app = express()
    app.get(['/a', '/b'], guard('controls:read'), end)
    app.all('/every', guard(authenticated), end)
    expect(lines(guard.routes(app))).toEqual([
      'GET /a guarded controls:read',
      'GET /b guarded controls:read',
      'ALL /every guarded authenticated',
    ])
  })

  test('openapi() names the token endpoint that the issuer publishes, and the scopes with their descriptions', async () => {
    const guard = guardFor(issuer)
    const app: Application = express()
    app.get('/controls/:id', guard('controls:read'), end)
    app.get('/health', guard.public, end)
    app.get('/news', guard.optional('controls:read'), end)
    app.delete('/controls/:id', end)
    app.get(/^\/expression$/, guard('controls:read'), end)
    const document = await openapi(app, guard, { info })
    expect(document).toMatchObject({
      openapi: '3.1.1',
      info,
      paths: {
        '/controls/{id}': {
          parameters: [{ name: 'id', in: 'path', required: true }],
          get: { security: [{ oauth2: ['controls:read'] }] },
        },
        '/health': { get: { security: [] } },
        '/news': { get: { security: [{ oauth2: ['controls:read'] }, {}] } },
      },
      components: {
        securitySchemes: {
          oauth2: {
            type: 'oauth2',
            flows: {
              clientCredentials: {
                tokenUrl: issuer.tokenEndpoint,
                scopes: {
                  'controls:read': 'Read controls',
                  'controls:write': 'Change controls',
                  'imports:write': 'Start an import',
                },
              },
            },
          },
        },
      },
    })
    const paths = document.paths as Record<string, Record<string, object>>
    expect(Object.keys(paths)).toEqual(['/controls/{id}', '/health', '/news'])
    expect(paths['/controls/{id}']?.delete).not.toHaveProperty('security')
    expect(paths['/health']?.get).toMatchObject({ responses: { '2XX': {} } })
    expect(paths['/controls/{id}']?.get).toHaveProperty('responses.401.$ref', '#/components/responses/Unauthorized')
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  test('a route that takes a proof says so, and so do all where every token has to be bound', async () => {
    const publicOrigin = 'https://api.example.com'
    for (const [mode, plain] of [
      ['accepted', { oauth2: ['controls:read'] }],
      ['required', { oauth2: ['controls:read'], dpop: [] }],
    ] as const) {
      const guard = guardFor(issuer, { dpop: mode === 'accepted' ? 'accepted' : 'required', publicOrigin })
      const app = express()
      app.get('/plain', guard('controls:read'), end)
      app.get('/bound', guard(allOf('controls:read', dpop)), end)
      const document = await openapi(app, guard, { info, tokenUrl: 'https://login.example.com/token' })
      expect(document).toMatchObject({
        paths: {
          '/plain': { get: { security: [plain] } },
          '/bound': { get: { security: [{ oauth2: ['controls:read'], dpop: [] }] } },
        },
        components: { securitySchemes: { dpop: { type: 'http', scheme: 'dpop' } } },
      })
    }
  })
})

const [, [, express]] = VERSIONS as [unknown, (typeof VERSIONS)[number]]

const KEY = { kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

describe('openapi() makes no token endpoint up', () => {
  test.each([
    ['a key set is given', () => ({ issuer: 'https://login.example.com', jwks: { keys: [KEY] } })],
    [
      'secrets are shared',
      () => ({ issuer: sharedSecret({ issuer: 'https://login.example.com', secrets: [randomBytes(32)] }) }),
    ],
    ['there are several issuers', () => ({ issuer: ['https://a.example.com', 'https://b.example.com'] })],
    ['a function finds the issuer', () => ({ issuer: () => undefined })],
  ])('where %s it asks for tokenUrl', async (_case, options) => {
    const guard = guardFor(issuer, options())
    const app = express()
    app.get('/controls', guard('controls:read'), end)
    const tokenUrl = 'https://login.example.com/token'
    await expect(openapi(app, guard, { info, tokenUrl })).resolves.toHaveProperty(
      'components.securitySchemes.oauth2.flows.clientCredentials.tokenUrl',
      tokenUrl,
    )
    await expect(openapi(app, guard, { info })).rejects.toMatchObject({
      code: 'option_missing',
      message: expect.stringContaining('"tokenUrl"'),
    })
  })

  test('where the issuer is down it says what was tried', async () => {
    const stopped = await createTestIssuer({ algorithm: 'ES256' })
    await stopped.stop()
    const guard = guardFor(stopped)
    await expect(openapi(express(), guard, { info })).rejects.toMatchObject({
      code: 'option_missing',
      message: expect.stringContaining('/.well-known/oauth-authorization-server'),
    })
  })
})

test('where the application writes refusals itself, the document does not say what they look like', async () => {
  const guard = guardFor(issuer, { respond: (_denial, _request, response) => response.end() })
  const app = express()
  app.get('/controls', guard('controls:read'), end)
  const document = await openapi(app, guard, { info })
  expect(document).toHaveProperty('paths./controls.get.responses.401', {
    description: 'No token, or one that is refused.',
  })
  expect(document.components).not.toHaveProperty('schemas')
})

test('what is no guard or no app is a mistake', async () => {
  const guard = guardFor(issuer)
  await expect(openapi(express(), { ...guard } as never, { info })).rejects.toMatchObject({ code: 'option_invalid' })
  expect(() => guard.routes(undefined as never)).toThrow(expect.objectContaining({ code: 'option_missing' }))
})
