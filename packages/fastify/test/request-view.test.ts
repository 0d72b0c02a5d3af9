import { once } from 'node:events'
import { connect } from 'node:http2'
import { scopeward } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { bearer, createGuardedApp, listen, optionsFor, read } from './support/api.ts'
import { invalidRequest, missingCredentials } from './support/denials.ts'
import { collect } from './support/events.ts'
import { call, callRaw } from './support/http.ts'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  token = await issuer.token({ scope: 'controls:read' })
})
afterAll(() => issuer.stop())

async function start(): Promise<{ origin: string; handled: () => number }> {
  const app = await createGuardedApp(issuer)
  let handled = 0
  app.get('/v1/controls/:id', read, async () => ++handled)
  return { origin: await listen(app), handled: () => handled }
}

const request = 'GET /v1/controls/7 HTTP/1.1'

describe('the Authorization header as it came over the wire', () => {
  test.each([
    ['a good one and another', () => [`Authorization: Bearer ${token}`, 'Authorization: Bearer other']],
    ['another and a good one', () => ['Authorization: Bearer other', `Authorization: Bearer ${token}`]],
    ['the same one twice', () => Array(2).fill(`Authorization: Bearer ${token}`)],
    ['in different case', () => [`Authorization: Bearer ${token}`, `aUTHORIZATION: Bearer ${token}`]],
    ['an empty one first', () => ['Authorization:', `Authorization: Bearer ${token}`]],
  ])('is refused when it is sent twice: %s (RFC 9110 section 5.3)', async (_, headers) => {
    const { origin, handled } = await start()
    const denied = collect('scopeward:denied')
    expect((await callRaw(origin, request, [`Authorization: Bearer ${token}`])).status).toBe(200)
    expect(await callRaw(origin, request, headers())).toEqual(
      invalidRequest('The request has more than one Authorization header'),
    )
    expect([denied.map(event => event.code), handled()]).toEqual([['authorization_duplicated'], 1])
  })

  test.each([
    ['a tab as separator', () => `Bearer\t${token}`],
    ['a no-break space as separator', () => `Bearer\u00a0${token}`],
    ['two tokens in one line', () => `Bearer ${token}, Bearer ${token}`],
    ['quotes', () => `Bearer "${token}"`],
    ['an empty value', () => ''],
    ['spaces alone', () => 'Bearer   '],
  ])('is refused with %s (RFC 6750 section 2.1)', async (_, value) => {
    const { origin, handled } = await start()
    expect((await callRaw(origin, request, [`Authorization: Bearer ${token}`])).status).toBe(200)
    expect(await callRaw(origin, request, [`Authorization: ${value()}`])).toEqual(invalidRequest())
    expect(handled()).toBe(1)
  })

  test('is refused twice through app.inject too', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/', read, async () => 'served')
    const authorization = [`Bearer ${token}`, `Bearer ${token}`] as unknown as string
    expect((await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(200)
    expect((await app.inject({ url: '/', headers: { authorization } })).statusCode).toBe(400)
  })
})

describe('HTTP/2', () => {
  async function status(origin: string, headers: Record<string, string | string[]>): Promise<number> {
    const session = connect(origin)
    const stream = session.request({ ':path': '/', ...headers })
    const [answer] = (await once(stream, 'response')) as [Record<string, number>]
    stream.close()
    session.destroy() // Node 24 keeps a server open for as long as a session is
    return answer[':status'] as number
  }

  test('is guarded as HTTP/1.1 is', async () => {
    const app = fastify({ http2: true })
    onTestFinished(() => app.close())
    await app.register(scopeward, optionsFor(issuer))
    app.get('/', read, async () => 'served')
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    expect(await status(origin, { authorization: `Bearer ${token}` })).toBe(200)
    expect(await status(origin, {})).toBe(401)
    expect(await status(origin, { authorization: 'Bearer' })).toBe(400)
  })
})

describe('events', () => {
  test('name the pattern of the route, never the URL', async () => {
    const { origin } = await start()
    const granted = collect('scopeward:granted')
    const denied = collect('scopeward:denied')
    const url = `${origin}/v1/controls/secret-7?q=secret`
    expect((await call(url, { headers: bearer(token) })).status).toBe(200)
    expect(await call(url)).toEqual(missingCredentials('controls:read'))
    expect(granted).toMatchObject([
      { route: '/v1/controls/:id', requirement: 'controls:read', clientId: 'test-client', issuer: issuer.issuer },
    ])
    expect(denied).toMatchObject([
      { route: '/v1/controls/:id', requirement: 'controls:read', code: 'credentials_missing', status: 401 },
    ])
    expect(JSON.stringify([granted, denied])).not.toContain('secret')
  })
})
