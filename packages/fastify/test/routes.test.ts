import {
  allOf,
  optional,
  publicRoute,
  type RouteDescription,
  routesOf,
  scopeward,
  securitySchemesOf,
  service,
} from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp, createGuardedApp, optionsFor, read, write } from './support/api.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

function lines(routes: readonly RouteDescription[]): readonly string[] {
  return routes.map(({ method, path, kind, requirement }) => [method, path, kind, requirement ?? '-'].join(' '))
}

const answer = async () => 'ok'

describe('routesOf(app)', () => {
  test('lists every route with what it requires; HEAD goes with GET', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/controls/:id', read, answer)
    app.post('/controls', { config: { access: allOf('controls:write', service) } }, answer)
    app.get('/news', { config: { access: optional('controls:read') } }, answer)
    app.get('/health', { config: { access: publicRoute } }, answer)
    app.route({ method: ['PUT', 'PATCH'], url: '/controls/:id', ...write, handler: answer })
    app.all('/every', read, answer)
    await app.ready()
    expect(lines(routesOf(app))).toEqual([
      'GET /controls/:id guarded controls:read',
      'POST /controls guarded controls:write and service',
      'GET /news optional controls:read',
      'GET /health public -',
      'PUT /controls/:id guarded controls:write',
      'PATCH /controls/:id guarded controls:write',
      'ALL /every guarded controls:read',
    ])
    expect(routesOf(app)[1]).toMatchObject({ alternatives: [['controls:write']], dpop: false })
  })

  test('routes that nobody decided about are listed also where `ready()` refuses the app', async () => {
    const app = await createGuardedApp(issuer, { publicRoutes: ['GET /docs/*'] })
    app.get('/docs/*', answer)
    app.get('/open', answer)
    await expect(app.ready()).rejects.toMatchObject({ code: 'route_uncovered' })
    expect(lines(routesOf(app))).toEqual(['GET /docs/* public -', 'GET /open uncovered -'])
  })

  test('from the root, the contexts inside are listed with their prefix, and what stands beside them', async () => {
    const app = createApp()
    app.get('/outside', answer)
    await app.register(
      async api => {
        await api.register(scopeward, optionsFor(issuer))
        api.get('/controls', read, answer)
        api.register(async inner => inner.post('/imports', write, answer), { prefix: '/admin' })
      },
      { prefix: '/v1' },
    )
    await app.ready()
    expect(lines(routesOf(app))).toEqual([
      'GET /v1/controls guarded controls:read',
      'POST /v1/admin/imports guarded controls:write',
      'GET /outside uncovered -',
    ])
  })

  test('a server without scopeward has uncovered routes only', async () => {
    const app = createApp()
    app.get('/controls/:id', answer)
    await app.ready()
    expect(lines(routesOf(app))).toEqual(['GET /controls/:id uncovered -'])
  })
})

describe('schema.security', () => {
  test('is set once the schemes were asked for, and never over what the route says itself', async () => {
    const app = await createGuardedApp(issuer)
    const securityOf = new Map<string, unknown>()
    app.addHook('onRoute', ({ method, url, schema }) => {
      securityOf.set(`${String(method)} ${url}`, (schema as { security?: unknown } | undefined)?.security)
    })
    app.get('/before', read, answer)
    securitySchemesOf(app)
    app.get('/controls', { ...read, schema: { params: { type: 'object' } } }, answer)
    app.get('/health', { config: { access: publicRoute } }, answer)
    const own = { security: [{ oauth2: ['controls:write'] }] } as object
    app.get('/own', { ...read, schema: own }, answer)
    await app.ready()
    expect(Object.fromEntries(securityOf)).toMatchObject({
      'GET /before': undefined,
      'GET /controls': [{ oauth2: ['controls:read'] }],
      'HEAD /controls': [{ oauth2: ['controls:read'] }],
      'GET /health': [],
      'GET /own': [{ oauth2: ['controls:write'] }],
    })
  })

  test('a route behaves as without it', async () => {
    const app = await createGuardedApp(issuer)
    securitySchemesOf(app)
    app.get('/controls', read, answer)
    const authorization = `Bearer ${await issuer.token({ scope: 'controls:read' })}`
    expect(await app.inject({ url: '/controls', headers: { authorization } })).toMatchObject({
      statusCode: 200,
      body: 'ok',
    })
    expect(await app.inject('/controls')).toMatchObject({ statusCode: 401 })
  })
})

describe('securitySchemesOf(app)', () => {
  const tokenUrlOf = (schemes: unknown) =>
    (schemes as { oauth2: { flows?: { clientCredentials: { tokenUrl: string } } } }).oauth2.flows?.clientCredentials
      .tokenUrl

  test('names the token endpoint that the issuer publishes as soon as the server is ready', async () => {
    const app = await createGuardedApp(issuer)
    const schemes = { ...securitySchemesOf(app) }
    await app.ready()
    expect(tokenUrlOf(schemes)).toBe(issuer.tokenEndpoint)
    expect(schemes.oauth2).toMatchObject({
      type: 'oauth2',
      flows: {
        clientCredentials: { scopes: { 'controls:read': 'Read controls', 'controls:write': 'Change controls' } },
      },
    })
  })

  test('names the one that is given at once, and then asks nobody', async () => {
    const app = await createGuardedApp(issuer)
    const tokenUrl = 'https://login.example.com/token'
    expect(tokenUrlOf(securitySchemesOf(app, { tokenUrl }))).toBe(tokenUrl)
  })

  test('an issuer that is down does not stop the start: the scheme is a bearer token then', async () => {
    const stopped = await createTestIssuer({ algorithm: 'ES256' })
    await stopped.stop()
    const app = await createGuardedApp(stopped)
    const schemes = securitySchemesOf(app)
    await app.ready()
    expect(schemes.oauth2).toMatchObject({ type: 'http', scheme: 'bearer' })
    expect(schemes.oauth2.description).toContain('`controls:read`: Read controls')
  })

  test('before scopeward is registered it is a mistake', () => {
    expect(() => securitySchemesOf(createApp())).toThrow(expect.objectContaining({ code: 'option_missing' }))
  })
})
