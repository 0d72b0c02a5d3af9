import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { type Api, send, sendRaw, serve, statusOf } from './support/http.ts'
import { type ExpressModule, VERSIONS } from './support/versions.ts'

const clock = testClock()
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256', clock })
})
afterAll(() => issuer.stop())

async function catalogue(express: ExpressModule): Promise<{ readonly api: Api; readonly callers: unknown[] }> {
  const app = express()
  const callers: unknown[] = []
  app.get('/catalogue', guardFor(issuer).optional('controls:read'), (request, response) => {
    callers.push(request.auth?.clientId)
    response.end()
  })
  return { api: await serve(app), callers }
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test('guard.optional lets a request without credentials pass, with request.auth undefined', async () => {
    const { api, callers } = await catalogue(express)
    expect((await send(api, '/catalogue')).status).toBe(200)
    expect((await send(api, '/catalogue', { token: await issuer.token({ scope: 'controls:read' }) })).status).toBe(200)
    expect(callers).toEqual([undefined, 'test-client'])
  })

  test('guard.optional never takes bad credentials for none', async () => {
    const { api, callers } = await catalogue(express)
    const token = await issuer.token({ scope: 'controls:read' })
    expect((await send(api, '/catalogue', { token })).status).toBe(200)
    const bearer = (value: string): Promise<string> =>
      sendRaw(api, 'GET /catalogue HTTP/1.1', `Authorization: Bearer ${value}`)
    expect(statusOf(await bearer('garbage'))).toBe(401)
    expect(statusOf(await bearer(await issuer.token({ scope: 'controls:read', expiresInSeconds: -60 })))).toBe(401)
    expect(statusOf(await bearer(await issuer.token({ scope: 'imports:write' })))).toBe(403)
    expect(statusOf(await bearer(''))).toBe(400)
    expect(statusOf(await bearer(`${token} x`))).toBe(400)
    expect(statusOf(await sendRaw(api, 'GET /catalogue HTTP/1.1', 'Authorization:'))).toBe(400)
    expect(statusOf(await sendRaw(api, 'GET /catalogue HTTP/1.1', 'Authorization: Basic dXNlcjpwYXNz'))).toBe(401)
    const twice = [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]
    expect(statusOf(await sendRaw(api, 'GET /catalogue HTTP/1.1', ...twice))).toBe(400)
    expect(callers).toEqual(['test-client'])
  })

  test('guard.optional refuses a token that expires between two requests', async () => {
    const { api, callers } = await catalogue(express)
    const token = await issuer.token({ scope: 'controls:read', expiresInSeconds: 60 })
    expect((await send(api, '/catalogue', { token })).status).toBe(200)
    clock.advance({ seconds: 66 })
    expect(await send(api, '/catalogue', { token })).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate':
          'Bearer realm="https://api.example.com", error="invalid_token", error_description="The access token expired"',
      },
    })
    expect((await send(api, '/catalogue')).status).toBe(200)
    expect(callers).toEqual(['test-client', undefined])
  })

  test('guard.public asks for nothing and looks at nothing', async () => {
    const app = express()
    app.get('/health', guardFor(issuer).public, (request, response) => void response.json(request.auth ?? null))
    const api = await serve(app)
    expect(await send(api, '/health')).toMatchObject({ status: 200, body: 'null' })
    expect(await send(api, '/health', { token: 'garbage' })).toMatchObject({ status: 200, body: 'null' })
    const token = await issuer.token({ scope: 'controls:read' })
    expect(await send(api, '/health', { token })).toMatchObject({ status: 200, body: 'null' })
  })
})
