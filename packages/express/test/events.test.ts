import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { allOf, service } from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { send, serve } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

function record(channel: 'scopeward:granted' | 'scopeward:denied'): unknown[] {
  const events: unknown[] = []
  const listener = (event: unknown): void => void events.push(event)
  subscribe(channel, listener)
  onTestFinished(() => void unsubscribe(channel, listener))
  return events
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test('tell which route was asked for, by whom and with what verdict', async () => {
    const app = express()
    const router = express.Router()
    router.get('/controls/:id', guardFor(issuer)(allOf('controls:read', service)), (_request, response) => {
      response.end()
    })
    app.use('/v1', router)
    const api = await serve(app)
    const granted = record('scopeward:granted')
    const denied = record('scopeward:denied')
    const token = await issuer.token({ scope: 'controls:read', clientId: 'importer' })
    await send(api, '/v1/controls/7?secret=1', { token })
    await send(api, '/v1/controls/8', { token })
    await send(api, '/v1/controls/9')
    await send(api, '/v1/controls/9', { token: await issuer.token({ clientId: 'web' }) })
    const common = {
      issuer: issuer.issuer,
      requirement: 'controls:read and service',
      route: '/v1/controls/:id',
      durationMilliseconds: expect.any(Number),
    }
    expect(granted).toEqual([
      { ...common, clientId: 'importer', kind: 'service', cached: false },
      { ...common, clientId: 'importer', kind: 'service', cached: true },
    ])
    expect(denied).toEqual([
      { ...common, code: 'credentials_missing', status: 401, detail: undefined, clientId: undefined },
      { ...common, code: 'insufficient_scope', status: 403, detail: undefined, clientId: 'web' },
    ])
  })

  test('carry the pattern of every kind of route, and none where the guard stands before the routes', async () => {
    const app = express()
    const guard = guardFor(issuer)('controls:read')
    const inner = express()
    inner.get('/c', guard)
    app.get(/^\/a(b)?$/, guard)
    app.get(['/b', '/bb'], guard)
    app.use('/inner', inner)
    app.use(guard)
    const api = await serve(app)
    const denied = record('scopeward:denied')
    for (const path of ['/a', '/bb', '/inner/c', '/nowhere']) expect((await send(api, path)).status).toBe(401)
    expect(denied.map(event => (event as { route: unknown }).route)).toEqual([
      '/^\\/a(b)?$/',
      '/b,/bb',
      '/inner/c',
      undefined,
    ])
  })

  test('hold neither the token nor what an unproven one claims', async () => {
    const app = express()
    app.get('/controls', guardFor(issuer)('controls:read'), (_request, response) => void response.end())
    const api = await serve(app)
    const events = [record('scopeward:granted'), record('scopeward:denied')]
    const good = await issuer.token({ scope: 'controls:read' })
    const forged = await issuer.forge('alg-none', { clientId: 'mallory' })
    expect((await send(api, '/controls', { token: good })).status).toBe(200)
    expect((await send(api, '/controls', { token: forged })).status).toBe(401)
    expect(events.map(list => list.length)).toEqual([1, 1])
    const text = JSON.stringify(events)
    for (const part of [...good.split('.'), ...forged.split('.'), 'mallory']) {
      if (part !== '') expect(text).not.toContain(part)
    }
  })
})
