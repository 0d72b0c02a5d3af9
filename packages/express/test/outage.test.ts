import { createTestIssuer, type TestClock, type TestIssuer, testClock } from '@scopeward/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { type Api, send, serve } from './support/http.ts'
import { type ExpressModule, VERSIONS } from './support/versions.ts'

let clock: TestClock
let issuer: TestIssuer

beforeEach(async () => {
  clock = testClock()
  issuer = await createTestIssuer({ algorithm: 'ES256', clock })
  onTestFinished(() => issuer.stop())
})

function recordWarnings(): Error[] {
  const warnings: Error[] = []
  const listener = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listener)
  onTestFinished(() => void process.off('warning', listener))
  return warnings
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** An app after `guard.ready()`, and what that resolved with. */
async function start(express: ExpressModule): Promise<{ readonly api: Api; readonly readiness: unknown }> {
  const guard = guardFor(issuer)
  const app = express()
  app.get('/controls', guard('controls:read'), (_request, response) => void response.json([]))
  app.get('/health', guard.public, (_request, response) => void response.json('up'))
  const readiness = await guard.ready(app)
  return { api: await serve(app), readiness }
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test('ready() fetches the keys, so that the first request does not wait for them', async () => {
    const warnings = recordWarnings()
    const { api, readiness } = await start(express)
    expect(readiness).toEqual({ issuers: [{ issuer: issuer.issuer, keySet: 'available' }] })
    expect(issuer.requests.jwks).toBe(1)
    issuer.setFault('down')
    expect((await send(api, '/controls', { token: await issuer.token({ scope: 'controls:read' }) })).status).toBe(200)
    expect(issuer.requests.jwks).toBe(1)
    await turn()
    expect(warnings).toEqual([])
  })

  test('ready() resolves while the issuer is down, and warns once', async () => {
    issuer.setFault('down')
    const warnings = recordWarnings()
    const { readiness } = await start(express)
    const reason =
      'no usable metadata; /.well-known/oauth-authorization-server: the request failed (UND_ERR_SOCKET); /.well-known/openid-configuration: the request failed (UND_ERR_SOCKET)'
    expect(readiness).toEqual({ issuers: [{ issuer: issuer.issuer, keySet: 'unavailable', reason }] })
    await turn()
    expect(warnings).toMatchObject([
      {
        name: 'ScopewardWarning',
        code: 'SCOPEWARD_KEY_SET_UNAVAILABLE',
        message: `Tokens of ${issuer.issuer} cannot be checked: ${reason}. Requests get 503 until they can; no restart is needed.`,
      },
    ])
  })

  test('requests get 503 while the issuer is down, and work when it is up again, without a restart', async () => {
    issuer.setFault('down')
    const { api } = await start(express)
    const token = await issuer.token({ scope: 'controls:read' })
    expect(await send(api, '/controls', { token })).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    clock.advance({ seconds: 2 })
    expect(await send(api, '/controls', { token })).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
    issuer.setFault(undefined)
    expect((await send(api, '/controls', { token })).status).toBe(503)
    clock.advance({ seconds: 3 })
    expect((await send(api, '/controls', { token })).status).toBe(200)
  })

  test('the back-off doubles while the issuer stays down, and Retry-After says so', async () => {
    issuer.setFault('unavailable')
    const { api } = await start(express)
    const token = await issuer.token({ scope: 'controls:read' })
    const announced: unknown[] = []
    for (let i = 0; i < 3; i++) {
      const { headers } = await send(api, '/controls', { token })
      announced.push(headers['retry-after'])
      clock.advance({ seconds: Number(headers['retry-after']) })
    }
    expect(announced).toEqual(['5', '10', '20'])
  })

  test('an outage touches neither public routes nor requests that need no keys to be refused', async () => {
    issuer.setFault('down')
    const { api } = await start(express)
    expect((await send(api, '/health')).status).toBe(200)
    expect((await send(api, '/controls')).status).toBe(401)
    expect((await send(api, '/controls', { token: 'garbage' })).status).toBe(401)
    expect((await send(api, '/controls', { token: await issuer.token({ audience: 'x' }) })).status).toBe(401)
  })
})
