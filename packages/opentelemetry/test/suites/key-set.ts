import { setTimeout as pause } from 'node:timers/promises'
import { createResourceServer } from '@scopeward/core'
import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AUDIENCE, FRAMEWORKS } from '../support/apis.ts'
import { instrumented, type Metering } from '../support/telemetry.ts'

async function issuerOnAClock() {
  const clock = testClock()
  const issuer = await createTestIssuer({ algorithm: 'ES256', clock })
  onTestFinished(() => issuer.stop())
  const token = () => issuer.token({ scope: 'orders:read', expiresInSeconds: 100_000 })
  return { clock, issuer, token }
}

/** The gauges of one issuer's key set, without their common prefix. */
async function gauges({ metrics }: Metering, { issuer }: Pick<TestIssuer, 'issuer'>): Promise<Record<string, number>> {
  const prefix = 'scopeward.key_set.'
  const found = (await metrics()).filter(({ name, isCounter }) => name.startsWith(prefix) && !isCounter)
  const ofIssuer = found.flatMap(({ name, points }) =>
    points
      .filter(({ attributes }) => attributes['scopeward.issuer'] === issuer)
      .map(({ value }) => [name.slice(prefix.length), value] as const),
  )
  return Object.fromEntries(ofIssuer) as Record<string, number>
}

const fetches = ({ sum }: Metering, issuer: TestIssuer, outcome: 'refreshed' | 'failed'): Promise<number> =>
  sum('scopeward.key_set.fetches', { 'scopeward.issuer': issuer.issuer, 'scopeward.key_set.outcome': outcome })

describe.each(FRAMEWORKS)('%s', (_name, open) => {
  test('rotations and outages show as fetches by outcome, failures in a row and the number of keys', async () => {
    const { clock, issuer, token } = await issuerOnAClock()
    const metering = instrumented()
    const api = await open(issuer.options)
    expect((await api.ask(await token())).status).toBe(200)
    expect(await gauges(metering, issuer)).toMatchObject({ keys: 1, ignored_keys: 0, consecutive_failures: 0 })

    clock.advance({ seconds: 10 })
    await issuer.rotateKeys()
    expect((await api.ask(await token())).status).toBe(200)
    expect(await fetches(metering, issuer, 'refreshed')).toBe(2)
    expect(await gauges(metering, issuer)).toMatchObject({ keys: 2, consecutive_failures: 0 })

    let { age: lastAge } = await gauges(metering, issuer)
    issuer.setFault('unavailable', 'jwks')
    for (const failures of [1, 2]) {
      clock.advance({ minutes: 2 })
      await issuer.rotateKeys()
      expect((await api.ask(await token())).status).toBe(503)
      expect(await fetches(metering, issuer, 'failed')).toBe(failures)
      const { age, ...others } = await gauges(metering, issuer)
      expect(others).toMatchObject({ keys: 2, consecutive_failures: failures })
      expect(age).toBeGreaterThan(lastAge as number)
      lastAge = age
    }
    expect(await metering.sum('scopeward.requests', { 'error.type': 'keys_unavailable' })).toBe(2)

    issuer.setFault(undefined)
    clock.advance({ minutes: 2 })
    expect((await api.ask(await token())).status).toBe(200)
    expect(await fetches(metering, issuer, 'refreshed')).toBe(3)
    expect(await gauges(metering, issuer)).toMatchObject({ keys: 4, consecutive_failures: 0 })
  })
})

function apiTrusting(issuer: TestIssuer, more: object = {}) {
  const options = { ...issuer.options, audience: AUDIENCE, scopes: { 'orders:read': 'Read orders' } }
  const server = createResourceServer({ ...options, ...more })
  return async (token: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${token}` }
    return (await server.check({ method: 'GET', url: '/', headers }, 'orders:read')).granted
  }
}

test('the age grows in seconds from one fetch to the next, beside how long the keys are fresh', async () => {
  const { clock, issuer, token } = await issuerOnAClock()
  const metering = instrumented()
  const ask = apiTrusting(issuer)
  const before = performance.now()
  expect(await ask(await token())).toBe(true)
  const fetched = performance.now()
  await pause(30)
  const least = (performance.now() - fetched) / 1000
  const { age = Number.NaN, freshness } = await gauges(metering, issuer)
  expect(age).toBeGreaterThanOrEqual(least)
  expect(age).toBeLessThanOrEqual((performance.now() - before) / 1000)
  expect(freshness).toBeGreaterThanOrEqual(60)

  clock.advance({ seconds: 10 })
  await issuer.rotateKeys()
  const again = performance.now()
  expect(await ask(await token())).toBe(true)
  expect((await gauges(metering, issuer)).age).toBeLessThanOrEqual((performance.now() - again) / 1000)
})

test('an issuer whose keys were never had shows failures and nothing else', async () => {
  const { issuer, token } = await issuerOnAClock()
  const metering = instrumented()
  issuer.setFault('down')
  expect(await apiTrusting(issuer)(await token())).toBe(false)
  expect(await gauges(metering, issuer)).toEqual({ consecutive_failures: 1 })
})

test('keys that are left aside are counted', async () => {
  const { issuer, token } = await issuerOnAClock()
  const metering = instrumented()
  issuer.publish({ keys: [...issuer.keys.map(({ publicJwk }) => publicJwk), { kty: 'oct', k: 'AAAA' }, { kty: '-' }] })
  expect(await apiTrusting(issuer)(await token())).toBe(true)
  expect(await gauges(metering, issuer)).toMatchObject({ keys: 1, ignored_keys: 2 })
})

test('keys out of the configuration have no age', async () => {
  const { issuer, token } = await issuerOnAClock()
  const metering = instrumented()
  const jwks = { keys: issuer.keys.map(({ publicJwk }) => publicJwk) }
  expect(await apiTrusting(issuer, { jwks })(await token())).toBe(true)
  expect(await gauges(metering, issuer)).toEqual({ keys: 1, ignored_keys: 0, consecutive_failures: 0 })
})

test('two issuers are told apart, and the outage of one does not show at the other', async () => {
  const [healthy, failing] = await Promise.all([issuerOnAClock(), issuerOnAClock()])
  const metering = instrumented()
  failing.issuer.setFault('error', 'jwks')
  expect(await apiTrusting(healthy.issuer)(await healthy.token())).toBe(true)
  expect(await apiTrusting(failing.issuer)(await failing.token())).toBe(false)
  expect(await gauges(metering, healthy.issuer)).toMatchObject({ keys: 1, consecutive_failures: 0 })
  expect(await gauges(metering, failing.issuer)).toEqual({ consecutive_failures: 1 })
})
