import { ConfigurationError, createGuard, type Denial, type ExpressGuardOptions } from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causeOf, recordErrors } from './support/error-handler.ts'
import { guardFor, type Scope } from './support/guards.ts'
import { type Api, send, sendRaw, serve } from './support/http.ts'
import { type ExpressModule, VERSIONS } from './support/versions.ts'

type Respond = NonNullable<ExpressGuardOptions<Scope>['respond']>

const CHALLENGE = 'Bearer realm="https://api.example.com", scope="controls:read"'

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

/** An app that refuses by `respond`, on a route of its own and behind `app.use`. */
async function tryRespond(express: ExpressModule, respond: Respond): Promise<Tried> {
  const app = express()
  const guard = guardFor(issuer, { respond })
  let count = 0
  app.get('/controls', guard('controls:read'), (_request, response) => {
    count++
    response.json([])
  })
  app.use(guard('controls:read'))
  app.get('/behind', (_request, response) => {
    count++
    response.json([])
  })
  const errors = recordErrors(app)
  const api = await serve(app)
  const token = await issuer.token({ scope: 'controls:read' })
  for (const path of ['/controls', '/behind']) expect((await send(api, path, { token })).status).toBe(200)
  count = 0
  return { api, errors, reached: () => count }
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test('lets the app write a refusal in its own way, under the same status and challenge', async () => {
    const { api, reached } = await tryRespond(express, (denial, request, response) => {
      response.type('html').send(`<h1>${denial.status} on ${request.path}: ${denial.code}</h1>`)
    })
    expect(await send(api, '/controls')).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': CHALLENGE,
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
      },
      body: '<h1>401 on /controls: credentials_missing</h1>',
    })
    const token = await issuer.token({ scope: 'imports:write' })
    expect(await send(api, '/controls', { token })).toMatchObject({
      status: 403,
      body: '<h1>403 on /controls: insufficient_scope</h1>',
    })
    expect(reached()).toBe(0)
  })

  test('hands over the whole denial, frozen, with status and headers set already', async () => {
    const seen: { denial: Denial; status: number; headers: Record<string, unknown> }[] = []
    const { api } = await tryRespond(express, (denial, _request, response) => {
      seen.push({ denial, status: response.statusCode, headers: { ...response.getHeaders() } })
      response.end(denial.body)
    })
    const { body } = await send(api, '/controls')
    expect(seen).toEqual([
      {
        denial: {
          code: 'credentials_missing',
          status: 401,
          headers: {
            'WWW-Authenticate': CHALLENGE,
            'Cache-Control': 'no-store',
            'Content-Type': 'application/problem+json',
          },
          body,
        },
        status: 401,
        headers: expect.objectContaining({
          'www-authenticate': CHALLENGE,
          'cache-control': 'no-store',
          'content-type': 'application/problem+json',
        }),
      },
    ])
    expect(JSON.parse(body)).toMatchObject({ status: 401 })
    expect(Object.isFrozen(seen[0]?.denial) && Object.isFrozen(seen[0]?.denial.headers)).toBe(true)
  })

  test('may take its time', async () => {
    const { api, errors } = await tryRespond(express, async (denial, _request, response) => {
      await new Promise(resolve => setImmediate(resolve))
      response.send(denial.code)
    })
    expect(await send(api, '/controls')).toMatchObject({ status: 401, body: 'credentials_missing' })
    expect(errors).toEqual([])
  })

  const thrown = [new Error('no template'), undefined, null, '', 0, false, 'route', 'router']

  test.each(thrown)('sends %o thrown by it to the error handler and never to the route', async value => {
    const { api, errors, reached } = await tryRespond(express, () => {
      throw value
    })
    expect(await send(api, '/controls')).toMatchObject({ status: 500, body: 'error handler' })
    expect(await send(api, '/behind')).toMatchObject({ status: 500, body: 'error handler' })
    expect(await send(api, '/behind', { token: await issuer.forge('alg-none') })).toMatchObject({ status: 500 })
    expect(errors.map(causeOf)).toEqual([value, value, value])
    expect(reached()).toBe(0)
  })

  test.each(thrown)('sends %o that it rejects with to the error handler and never to the route', async value => {
    const { api, errors, reached } = await tryRespond(express, async () => Promise.reject(value))
    expect(await send(api, '/controls')).toMatchObject({ status: 500, body: 'error handler' })
    expect(await send(api, '/behind')).toMatchObject({ status: 500, body: 'error handler' })
    expect(errors.map(causeOf)).toEqual([value, value])
    expect(reached()).toBe(0)
  })

  test("keeps the refusal's status and challenge where Express's own error handler answers", async () => {
    const app = express()
    app.set('env', 'test') // Express then does not print the error
    const respond = (): never => {
      throw new Error('no template')
    }
    app.get('/controls', guardFor(issuer, { respond })('controls:read'), (_request, response) => void response.end())
    const wire = await sendRaw(await serve(app), 'GET /controls HTTP/1.1')
    expect(wire).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
    expect(wire).toContain(`\r\nWWW-Authenticate: ${CHALLENGE}\r\n`)
  })
})

test('must be a function', () => {
  const options = { issuer: 'https://login.example.com', audience: 'api', scopes: {} }
  expect(() => createGuard({ ...options, respond: () => undefined })).not.toThrow()
  const misuse = { ...options, respond: '<h1>no</h1>' } as unknown as ExpressGuardOptions<never>
  expect(() => createGuard(misuse)).toThrow(
    new ConfigurationError('option_invalid', 'Option "respond" must be a function: (denial, request, response) => …'),
  )
})
