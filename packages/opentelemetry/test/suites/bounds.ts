import { channel } from 'node:diagnostics_channel'
import { createResourceServer, type DeniedEvent, type GrantedEvent, type KeySetEvent } from '@scopeward/core'
import { createTestIssuer } from '@scopeward/testing'
import { expect, onTestFinished, test } from 'vitest'
import { AUDIENCE } from '../support/apis.ts'
import { instrumented } from '../support/telemetry.ts'

const granted = (issuer: string, route: string): GrantedEvent => ({
  issuer,
  clientId: 'shop',
  kind: 'service',
  requirement: 'orders:read',
  route,
  cached: true,
  durationMilliseconds: 0.01,
})
const denied = (issuer: string, route: string, code: DeniedEvent['code']): DeniedEvent => ({
  issuer,
  code,
  status: 401,
  detail: undefined,
  clientId: undefined,
  requirement: 'orders:read',
  route,
  durationMilliseconds: 0.01,
})
const publish = (name: string, event: GrantedEvent | DeniedEvent | KeySetEvent): void =>
  channel(`scopeward:${name}`).publish(event)

const OTHER = { 'scopeward.issuer': '_OTHER', 'http.route': '_OTHER' }

test('a thousand issuers on a hundred routes stay within what the SDK allows, and no request is lost', async () => {
  const metering = instrumented()
  for (let n = 0; n < 5000; n++) {
    publish('granted', granted(`https://${n % 1000}.example`, `/${n % 100}`))
    publish('denied', denied(`https://${n % 1000}.example`, `/${n % 100}`, n % 2 ? 'token_expired' : 'key_unknown'))
  }
  const counted = await metering.values('scopeward.requests')
  expect(counted.length).toBe(900 + 1 + 900 + 2)
  expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(10_000)
  expect(counted.filter(([attributes]) => 'otel.metric.overflow' in attributes)).toEqual([])
})

test('past maxSeries requests keep their outcome and code, and lose issuer and route', async () => {
  const { values } = instrumented({ maxSeries: 1 })
  for (const n of [1, 2, 3, 1]) publish('granted', granted(`https://${n}.example`, `/${n}`))
  for (const n of [1, 2, 1]) publish('denied', denied(`https://${n}.example`, `/${n}`, 'token_expired'))
  publish('denied', denied('https://1.example', '/1', 'key_unknown'))
  const first = { 'scopeward.issuer': 'https://1.example', 'http.route': '/1' }
  const refused = { 'scopeward.outcome': 'denied', 'http.response.status_code': 401 }
  expect(await values('scopeward.requests')).toEqual([
    [{ 'scopeward.outcome': 'granted', ...first }, 2],
    [{ 'scopeward.outcome': 'granted', ...OTHER }, 2],
    [{ ...refused, 'error.type': 'token_expired', ...first }, 2],
    [{ ...refused, 'error.type': 'token_expired', ...OTHER }, 1],
    [{ ...refused, 'error.type': 'key_unknown', ...OTHER }, 1],
  ])
})

test('what is refused cannot push out what is granted', async () => {
  const { sum } = instrumented({ maxSeries: 2 })
  for (let n = 0; n < 10; n++) publish('denied', denied('https://a.example', `/${n}`, 'credentials_missing'))
  publish('granted', granted('https://a.example', '/orders'))
  expect(await sum('scopeward.requests', { 'scopeward.outcome': 'granted', 'http.route': '/orders' })).toBe(1)
})

test('of more issuers than there is room for, those fetched first show, and the fetches of the others are counted', async () => {
  const { values } = instrumented({ maxSeries: 2 })
  const fails: Omit<KeySetEvent & { outcome: 'failed' }, 'issuer'> = {
    outcome: 'failed',
    reason: 'the answer had status 500',
    failures: 1,
    retryAfterSeconds: 5,
  }
  for (const issuer of ['a', 'b', 'c', 'a', 'd']) publish('key-set', { issuer, ...fails })
  publish('key-set', { issuer: 'd', outcome: 'refreshed', keys: 1, ignored: [], freshSeconds: 600 })
  expect(await values('scopeward.key_set.consecutive_failures')).toEqual([
    [{ 'scopeward.issuer': 'a' }, 1],
    [{ 'scopeward.issuer': 'b' }, 1],
  ])
  const failed = { 'scopeward.key_set.outcome': 'failed' }
  expect(await values('scopeward.key_set.fetches')).toEqual([
    [{ ...failed, 'scopeward.issuer': 'a' }, 2],
    [{ ...failed, 'scopeward.issuer': 'b' }, 1],
    [{ ...failed, 'scopeward.issuer': '_OTHER' }, 2],
    [{ 'scopeward.key_set.outcome': 'refreshed', 'scopeward.issuer': 'd' }, 1],
  ])
})

test('issuers that tokens make up never become a series, however many there are', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => issuer.stop())
  const metering = instrumented()
  const server = createResourceServer({
    issuer: iss => (iss === issuer.issuer ? iss : undefined),
    audience: AUDIENCE,
    scopes: { 'orders:read': 'Read orders' },
    allowHttpOnLoopback: true,
  })
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await server.check({ method: 'GET', url: '/', headers }, 'orders:read')).granted
  }
  expect(await ask(await issuer.token({ scope: 'orders:read' }))).toBe(true)
  for (let n = 0; n < 50; n++) {
    expect(await ask(await issuer.token({ claims: { iss: `https://${n}.example` } }))).toBe(false)
  }
  const refused = { 'error.type': 'issuer_not_trusted', 'http.response.status_code': 401 }
  expect(await metering.values('scopeward.requests')).toEqual([
    [{ 'scopeward.outcome': 'granted', 'scopeward.issuer': issuer.issuer }, 1],
    [{ 'scopeward.outcome': 'denied', ...refused }, 50],
  ])
})
