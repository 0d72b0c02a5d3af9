import { createTestIssuer, type Fault, type TestIssuer, testClock } from '@scopeward/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bearer, createGuardedApp, listen, read } from './support/api.ts'
import { keysUnavailable } from './support/denials.ts'
import { call } from './support/http.ts'

async function startIssuer(fault?: Fault): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ algorithm: 'ES256', clock: testClock() })
  onTestFinished(() => issuer.stop())
  issuer.setFault(fault)
  return issuer
}

type Log = readonly {
  readonly level: number
  readonly msg: string
  readonly issuer?: string
  readonly reason?: string
}[]

/** A guarded API with one route, and what it logs at the level of warnings and above. */
async function startApi(issuer: TestIssuer, own: { fetchTimeoutSeconds?: number } = {}) {
  const logged: Log[number][] = []
  const stream = { write: (line: string) => void logged.push(JSON.parse(line)) }
  const app = await createGuardedApp(issuer, { ...own, server: { logger: { level: 'warn', stream } } })
  app.get('/', read, async request => request.auth.clientId)
  const before = performance.now()
  const origin = await listen(app)
  return { origin, logged: logged as Log, startSeconds: (performance.now() - before) / 1000 }
}

const WARN = 40

describe('an issuer that is there at start', () => {
  test('is asked for its keys before the first request, and nothing is logged', async () => {
    const issuer = await startIssuer()
    const { origin, logged } = await startApi(issuer)
    expect([issuer.requests.jwks, logged]).toEqual([1, []])
    const token = await issuer.token({ scope: 'controls:read' })
    expect((await call(origin, { headers: bearer(token) })).status).toBe(200)
    expect(issuer.requests.jwks).toBe(1)
  })

  test('is asked once when 200 requests come at once with one cold token', async () => {
    const issuer = await startIssuer()
    const { origin } = await startApi(issuer)
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    const answers = await Promise.all(Array.from({ length: 200 }, () => call(origin, { headers })))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 test-client']))
    expect(issuer.requests.jwks).toBe(1)
  })
})

describe('an issuer that is down at start', () => {
  test.each<Fault>(['down', 'unavailable', 'html'])('(%s) costs 503 and no restart', async fault => {
    const clock = testClock()
    const issuer = await createTestIssuer({ algorithm: 'ES256', clock })
    onTestFinished(() => issuer.stop())
    issuer.setFault(fault)
    const { origin, logged } = await startApi(issuer)
    expect(logged).toMatchObject([
      {
        level: WARN,
        issuer: issuer.issuer,
        reason: expect.stringMatching(/^no usable metadata; /),
        msg: 'Tokens of the issuer cannot be checked. Requests get 503 until they can; no restart is needed.',
      },
    ])
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    expect(await call(origin, { headers })).toEqual(keysUnavailable(5))
    issuer.setFault(undefined)
    clock.advance({ seconds: 4 })
    expect(await call(origin, { headers })).toEqual(keysUnavailable(1))
    clock.advance({ seconds: 1 })
    expect(await call(origin, { headers })).toMatchObject({ status: 200, body: 'test-client' })
    expect(logged).toHaveLength(1)
  })

  test('says so for a HEAD request without a body, and refuses what is hopeless anyway', async () => {
    const issuer = await startIssuer('down')
    const { origin } = await startApi(issuer)
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    expect(await call(origin, { method: 'HEAD', headers })).toEqual({ ...keysUnavailable(5), body: '' })
    const expired = bearer(await issuer.token({ scope: 'controls:read', expiresInSeconds: -60 }))
    expect((await call(origin, { headers: expired })).status).toBe(401)
    expect((await call(origin)).status).toBe(401)
  })
})

describe('an issuer that hangs at start', () => {
  test('lets the API start within 5 seconds, which waits no longer than it must and fetches once', async () => {
    const issuer = await startIssuer()
    issuer.setFault('slow', 'jwks')
    const { origin, logged, startSeconds } = await startApi(issuer, { fetchTimeoutSeconds: 60 })
    expect(startSeconds).toBeLessThan(5)
    expect(logged).toMatchObject([
      {
        level: WARN,
        reason: 'the issuer has not answered within 3 s',
        msg: 'Tokens of the issuer cannot be checked. Requests get 503 until they can; no restart is needed.',
      },
    ])
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    const waiting = Array.from({ length: 200 }, () => call(origin, { headers }))
    expect((await call(origin)).status).toBe(401) // those above have been accepted by now
    issuer.setFault(undefined)
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]))
    expect([issuer.requests.jwks, logged.length]).toEqual([1, 1])
  })

  test('is given up after the deadline of the fetch where that comes first', async () => {
    const issuer = await startIssuer('slow')
    const { origin, logged, startSeconds } = await startApi(issuer, { fetchTimeoutSeconds: 0.1 })
    expect(startSeconds).toBeLessThan(3)
    expect(logged).toMatchObject([{ level: WARN, issuer: issuer.issuer }])
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    expect((await call(origin, { headers })).status).toBe(503)
  })
})
