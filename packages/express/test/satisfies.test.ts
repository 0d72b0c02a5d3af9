import { allOf, type ConfigurationError, satisfies } from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Request } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causeOf, recordErrors } from './support/error-handler.ts'
import { guardFor } from './support/guards.ts'
import { type Api, send, serve } from './support/http.ts'
import { type ExpressModule, VERSIONS } from './support/versions.ts'

const ownTenant = satisfies('own tenant', (access, request) => access.claims.tenant === request.params.tenant)

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

interface Tried {
  readonly api: Api
  readonly errors: unknown[]
  readonly reached: () => number
}

/** An app that asks `decide` on a route of its own and behind `app.use`, where the header `x-ask` says so. */
async function tryPredicate(express: ExpressModule, decide: () => unknown): Promise<Tried> {
  const app = express()
  const guard = guardFor(issuer)
  const rule = satisfies('rule', (_access, request) => (request.headers['x-ask'] ? (decide() as boolean) : true))
  let count = 0
  app.get('/controls', guard(rule), (_request, response) => {
    count++
    response.end()
  })
  app.use(guard(rule))
  app.get('/behind', (_request, response) => {
    count++
    response.end()
  })
  const errors = recordErrors(app)
  const api = await serve(app)
  const token = await issuer.token()
  for (const path of ['/controls', '/behind']) expect((await send(api, path, { token })).status).toBe(200)
  count = 0
  return { api, errors, reached: () => count }
}

/** Each path with a token that is verified for it and with one that is remembered: the paths through the guard differ. */
async function ask({ api }: Tried): Promise<number[]> {
  const statuses: number[] = []
  for (const path of ['/controls', '/behind']) {
    const token = await issuer.token()
    for (const _round of ['cold', 'warm']) {
      statuses.push((await send(api, path, { token, headers: { 'x-ask': 'yes' } })).status)
    }
  }
  return statuses
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test('decides by the parameters of the route', async () => {
    const app = express()
    app.get('/tenants/:tenant/controls', guardFor(issuer)(allOf('controls:read', ownTenant)), (request, response) => {
      response.json(request.params.tenant)
    })
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read', claims: { tenant: 'acme' } })
    expect(await send(api, '/tenants/acme/controls', { token })).toMatchObject({ status: 200, body: '"acme"' })
    expect(await send(api, '/tenants/ac%6De/controls', { token })).toMatchObject({ status: 200, body: '"acme"' })
    expect(await send(api, '/tenants/other/controls', { token })).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringContaining('scope="controls:read"') },
    })
    const none = await issuer.token({ scope: 'controls:read' })
    expect((await send(api, '/tenants/undefined/controls', { token: none })).status).toBe(403)
  })

  test('gets the request of Express as it stands at the guard', async () => {
    const app = express()
    const seen: unknown[] = []
    const router = express.Router({ mergeParams: true })
    const look = satisfies('look', (_access, request: Request) => {
      const { baseUrl, params, query, method } = request
      seen.push({ baseUrl, params: { ...params }, query: { ...query }, method, agent: request.get('user-agent') })
      return true
    })
    router.get('/controls/:id', guardFor(issuer)(look), (_request, response) => void response.end())
    app.use('/tenants/:tenant', router)
    const api = await serve(app)
    const headers = { 'user-agent': 'client/1' }
    await send(api, '/tenants/acme/controls/7?full=1', { token: await issuer.token(), headers })
    expect(seen).toEqual([
      {
        baseUrl: '/tenants/acme',
        params: { tenant: 'acme', id: '7' },
        query: { full: '1' },
        method: 'GET',
        agent: 'client/1',
      },
    ])
  })

  test('is not asked about a caller who is not proven', async () => {
    let asked = 0
    const app = express()
    const count = satisfies('count', () => {
      asked++
      return true
    })
    app.get('/controls', guardFor(issuer)(count), (_request, response) => void response.end())
    const api = await serve(app)
    expect((await send(api, '/controls', { token: await issuer.token() })).status).toBe(200)
    expect((await send(api, '/controls')).status).toBe(401)
    expect((await send(api, '/controls', { token: await issuer.forge('alg-none') })).status).toBe(401)
    expect(asked).toBe(1)
  })

  test('refuses with 403 where it says no', async () => {
    const tried = await tryPredicate(express, () => false)
    expect(await ask(tried)).toEqual([403, 403, 403, 403])
    expect(tried.errors).toEqual([])
    expect(tried.reached()).toBe(0)
  })

  test.each([new Error('no database'), undefined, null, '', 0, false, 'route', 'router'])(
    'sends %o thrown by it to the error handler and never to the route',
    async value => {
      const tried = await tryPredicate(express, () => {
        throw value
      })
      expect(await ask(tried)).toEqual([500, 500, 500, 500])
      expect(tried.errors.map(causeOf)).toEqual([value, value, value, value])
      expect(tried.reached()).toBe(0)
    },
  )

  test.each([
    ['a promise', Promise.resolve(true)],
    ['undefined', undefined],
    ['1', 1],
    ['"true"', 'true'],
  ])('is a mistake of the developer where it returns %s', async (text, value) => {
    const tried = await tryPredicate(express, () => value)
    expect(await ask(tried)).toEqual([500, 500, 500, 500])
    for (const error of tried.errors as ConfigurationError[]) {
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'requirement_invalid' })
      expect(error.message).toBe(
        `satisfies("rule") returned ${text}. Return true or false at once; what has to be waited for belongs in the handler.`,
      )
    }
    expect(tried.errors).toHaveLength(4)
    expect(tried.reached()).toBe(0)
  })
})
