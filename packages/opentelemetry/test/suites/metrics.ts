import { DENIALS, type DenialCode } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type AskedRequest, FRAMEWORKS } from '../support/apis.ts'
import { createMetering, instrumented } from '../support/telemetry.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

/** Everything that the wire can be refused for in another way. */
const REFUSALS: readonly (readonly [DenialCode, (api: Api) => Promise<Response>])[] = [
  ['credentials_missing', api => api.ask()],
  ['scheme_unsupported', api => api.ask(undefined, { headers: { authorization: 'Basic YTpi' } })],
  ['authorization_malformed', api => api.ask('a b')],
  ['token_malformed', api => api.ask('opaque')],
  ['algorithm_not_allowed', async api => api.ask(await issuer.forge('alg-hs256-public-key-pem'))],
  ['signature_invalid', async api => api.ask(await issuer.forge('signature-tampered'))],
  ['issuer_not_trusted', async api => api.ask(await issuer.token({ claims: { iss: 'https://other.example' } }))],
  ['audience_mismatch', async api => api.ask(await issuer.token({ audience: 'https://other.example' }))],
  ['token_expired', async api => api.ask(await issuer.token({ expiresInSeconds: -60 }))],
  ['token_revoked', async api => api.ask(await issuer.token({ scope: 'orders:read', clientId: 'revoked' }))],
  ['insufficient_scope', async api => api.ask(await issuer.token({ scope: 'orders:write' }))],
  ['revocation_unavailable', async api => api.ask(await issuer.token({ scope: 'orders:read', clientId: 'unknown' }))],
]

const revocation = {
  verdictOn: ({ clientId }: { readonly clientId: string }) =>
    clientId === 'revoked' || clientId === 'unknown' ? (clientId as 'revoked' | 'unknown') : 'not_revoked',
}

describe.each(FRAMEWORKS)('%s', (_name, open) => {
  test('a granted request is counted by issuer and route, and timed by whether its token was remembered', async () => {
    const { values } = instrumented()
    const api = await open(issuer.options)
    const token = await issuer.token({ scope: 'orders:read' })
    for (const path of ['/orders/1', '/orders/2?page=3', '/orders/3']) {
      expect((await api.ask(token, { path })).status).toBe(200)
    }
    const granted = { 'scopeward.outcome': 'granted' }
    expect(await values('scopeward.requests')).toEqual([
      [{ ...granted, 'scopeward.issuer': issuer.issuer, 'http.route': '/orders/:id' }, 3],
    ])
    expect(await values('scopeward.verification.duration')).toEqual([
      [{ ...granted, 'scopeward.token.remembered': false }, 1],
      [{ ...granted, 'scopeward.token.remembered': true }, 2],
    ])
  })

  test.each(REFUSALS)(
    '%s is counted by its code, its status, issuer and route, and timed by its code',
    async (code, ask) => {
      const { values } = instrumented()
      const api = await open({ ...issuer.options, revocation })
      expect((await api.ask(await issuer.token({ scope: 'orders:read' }))).status).toBe(200)
      const { status } = await ask(api)
      expect(status).toBe(DENIALS[code].status)
      const denied = { 'scopeward.outcome': 'denied', 'error.type': code }
      const place = { 'scopeward.issuer': issuer.issuer, 'http.route': '/orders/:id' }
      const [, ...counted] = await values('scopeward.requests')
      expect(counted).toEqual([[{ ...denied, 'http.response.status_code': status, ...place }, 1]])
      const [, ...timed] = await values('scopeward.verification.duration')
      expect(timed).toEqual([[denied, 1]])
    },
  )

  test('where no issuer of several was found, none is named: not the one that a token claims', async () => {
    const { values } = instrumented()
    const jwks = { keys: issuer.keys.map(({ publicJwk }) => publicJwk) }
    const issuers = [issuer.issuer, 'https://login.example.com'].map(name => ({ issuer: name, jwks }))
    const api = await open({ issuer: issuers, allowHttpOnLoopback: true })
    expect((await api.ask(await issuer.token({ scope: 'orders:read' }))).status).toBe(200)
    expect((await api.ask(await issuer.token({ claims: { iss: 'https://made.up.example' } }))).status).toBe(401)
    const refused = { 'error.type': 'issuer_not_trusted', 'http.response.status_code': 401 }
    const [, ...denied] = await values('scopeward.requests')
    expect(denied).toEqual([[{ 'scopeward.outcome': 'denied', ...refused, 'http.route': '/orders/:id' }, 1]])
  })

  test('nothing that a client can choose, nor anything out of a token, is in any metric', async () => {
    const metering = instrumented()
    const api = await open(issuer.options)
    const marked = { clientId: 'MARK', subject: 'MARK', claims: { jti: 'MARK', email: 'MARK' } }
    const request: AskedRequest = { path: '/orders/MARK?MARK=MARK', headers: { 'user-agent': 'MARK', host: 'MARK' } }
    expect((await api.ask(await issuer.token({ ...marked, scope: 'orders:read' }), request)).status).toBe(200)
    expect((await api.ask(await issuer.token({ ...marked, scope: 'MARK' }), request)).status).toBe(403)
    expect((await api.ask(await issuer.token({ claims: { iss: 'MARK' } }), request)).status).toBe(401)
    expect((await api.ask(await issuer.token({ header: { kid: 'MARK' } }), request)).status).toBe(401)
    expect((await api.ask('MARK', request)).status).toBe(401)
    expect((await api.ask('MARK', { ...request, path: '/MARK' })).status).toBe(404)
    expect(await metering.sum('scopeward.requests')).toBe(5)
    expect(JSON.stringify(await metering.metrics())).not.toContain('MARK')
  })
})

test('checks are timed in seconds, in buckets from microseconds to the deadline of a fetch', async () => {
  const metering = instrumented()
  const api = await FRAMEWORKS[0]![1](issuer.options)
  const token = await issuer.token({ scope: 'orders:read' })
  const begun = performance.now()
  for (let n = 0; n < 20; n++) expect((await api.ask(token)).status).toBe(200)
  const elapsedSeconds = (performance.now() - begun) / 1000
  const duration = (await metering.metrics()).find(({ name }) => name === 'scopeward.verification.duration')
  expect(duration?.unit).toBe('s')
  const histograms = duration?.points.map(({ value }) => (typeof value === 'number' ? undefined : value))
  const [first, remembered] = histograms ?? []
  expect(remembered?.buckets.boundaries).toEqual([0.000005, 0.00002, 0.0001, 0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5])
  expect(remembered?.count).toBe(19)
  expect(remembered?.sum).toBeGreaterThan(0)
  expect((first?.sum ?? 0) + (remembered?.sum ?? 0)).toBeLessThan(elapsedSeconds)
  // Several buckets below a millisecond are what tells remembered tokens from others.
  const belowMillisecond = remembered?.buckets.counts.slice(0, 4).reduce((sum, count) => sum + count, 0)
  expect(belowMillisecond).toBeGreaterThan(9)
})

test('a meter that nobody instruments gets nothing', async () => {
  const instrumentedOne = instrumented()
  const other = createMetering()
  const api = await FRAMEWORKS[1]![1](issuer.options)
  expect((await api.ask()).status).toBe(401)
  expect(await instrumentedOne.sum('scopeward.requests')).toBe(1)
  expect(await other.metrics()).toEqual([])
})
