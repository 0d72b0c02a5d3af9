import { allOf, anyOf, authenticated, optional, publicRoute, type Requirement, service, user } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer, type TokenInput } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createGuardedApp, listen, type Scope } from './support/api.ts'
import { insufficientScope, invalidToken, missingCredentials } from './support/denials.ts'
import { call } from './support/http.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

describe('optional', () => {
  async function start(): Promise<{ url: string; seen: unknown[] }> {
    const app = await createGuardedApp(issuer)
    const seen: unknown[] = []
    app.get('/', { config: { access: optional('controls:read') } }, async request => {
      seen.push(request.auth)
      return 'served'
    })
    return { url: await listen(app), seen }
  }

  test('lets a request without credentials pass, with request.auth null', async () => {
    const { url, seen } = await start()
    expect(await call(url)).toMatchObject({ status: 200, body: 'served' })
    expect(seen).toEqual([null])
  })

  test('says who calls where credentials were sent', async () => {
    const { url, seen } = await start()
    const headers = bearer(await issuer.token({ scope: 'controls:read', clientId: 'report' }))
    expect((await call(url, { headers })).status).toBe(200)
    expect(seen).toMatchObject([{ clientId: 'report' }])
  })

  test('takes no bad credentials for none', async () => {
    const { url, seen } = await start()
    const expired = await issuer.token({ scope: 'controls:read', expiresInSeconds: -60 })
    expect(await call(url, { headers: bearer('garbage') })).toEqual(invalidToken())
    expect(await call(url, { headers: bearer(expired) })).toEqual(invalidToken('The access token expired'))
    expect(await call(url, { headers: bearer(await issuer.token()) })).toEqual(insufficientScope('controls:read'))
    expect(await call(url, { headers: { authorization: 'Basic YTpi' } })).toEqual(missingCredentials('controls:read'))
    expect((await call(url, { headers: { authorization: '' } })).status).toBe(400)
    expect(seen).toEqual([])
  })

  test('goes with an expression', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/', { config: { access: optional(allOf('controls:read', service)) } }, async () => 'served')
    const statusOf = async (headers = {}) => (await app.inject({ url: '/', headers })).statusCode
    expect(await statusOf()).toBe(200)
    expect(await statusOf(bearer(await issuer.token({ scope: 'controls:read' })))).toBe(200)
    expect(await statusOf(bearer(await issuer.token({ scope: 'controls:read', subject: 'alice' })))).toBe(403)
  })
})

describe('publicRoute', () => {
  test('lets everybody in, reads no credentials and leaves request.auth null', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/health', { config: { access: publicRoute } }, async request => ({ auth: request.auth }))
    const url = `${await listen(app)}/health`
    const token = await issuer.token({ scope: 'controls:read' })
    for (const headers of [{}, bearer(token), bearer('garbage'), { authorization: 'Bearer' }]) {
      expect(await call(url, { headers })).toMatchObject({ status: 200, body: '{"auth":null}' })
    }
  })

  test('cannot be written by hand', async () => {
    const app = await createGuardedApp(issuer)
    expect(() => app.get('/', { config: { access: {} as typeof publicRoute } }, async () => 'open')).toThrow(
      /^GET \/: A requirement must be a scope name or an expression/,
    )
  })
})

describe('an expression in config.access', () => {
  const cases: readonly [string, Requirement<Scope>, TokenInput, TokenInput][] = [
    ['allOf', allOf<Scope>('controls:read', service), { scope: 'controls:read' }, { subject: 'alice' }],
    ['anyOf', anyOf<Scope>('controls:write', user), { subject: 'alice' }, { scope: 'controls:read' }],
    ['an implied scope', 'controls:read', { scope: 'controls:write' }, { scope: 'controls:wri' }],
  ]
  test.each(cases)('%s lets in whom it should and refuses the others', async (_, access, right, wrong) => {
    const app = await createGuardedApp(issuer)
    app.get('/', { config: { access } }, async () => 'served')
    const statusOf = async (input: TokenInput) =>
      (await app.inject({ url: '/', headers: bearer(await issuer.token(input)) })).statusCode
    expect([await statusOf(right), await statusOf(wrong)]).toEqual([200, 403])
  })

  test('authenticated lets any valid token in and nobody else', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/', { config: { access: authenticated } }, async () => 'served')
    expect((await app.inject({ url: '/', headers: bearer(await issuer.token()) })).statusCode).toBe(200)
    const { statusCode, headers } = await app.inject('/')
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer realm="https://api.example.com"'])
  })
})

describe('a mistake in config.access throws where the route is declared, with method and URL', () => {
  const misspelt = 'controls:raed' as 'controls:read'

  test('a scope that is not declared', async () => {
    const app = await createGuardedApp(issuer)
    expect(() => app.get('/v1/controls', { config: { access: misspelt } }, async () => '')).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'scope_unknown',
        message:
          'GET /v1/controls: A requirement names the scope "controls:raed", which the option "scopes" does not declare. Did you mean "controls:read"?',
      }),
    )
  })

  test('one inside an expression or optional, with the prefix and all methods', async () => {
    const app = await createGuardedApp(issuer)
    let error: unknown
    app.register(
      async v1 => {
        try {
          v1.route({
            method: ['PUT', 'POST'],
            url: '/controls',
            config: { access: optional(allOf(misspelt, service)) },
            handler: async () => '',
          })
        } catch (thrown) {
          error = thrown
        }
      },
      { prefix: '/v1' },
    )
    await app.ready()
    expect(error).toMatchObject({ code: 'scope_unknown', message: expect.stringMatching(/^PUT,POST \/v1\/controls: /) })
  })

  test.each([
    ['requirement_empty', ''],
    ['requirement_invalid', 7],
    ['requirement_invalid', null],
    ['requirement_invalid', ['controls:read']],
    ['requirement_invalid', () => true],
  ])('%s for %j', async (code, access) => {
    const app = await createGuardedApp(issuer)
    expect(() => app.get('/', { config: { access: access as 'controls:read' } }, async () => '')).toThrow(
      expect.objectContaining({ code }),
    )
  })
})
