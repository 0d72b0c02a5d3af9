import { channel } from 'node:diagnostics_channel'
import { type Meter, metrics } from '@opentelemetry/api'
import { ConfigurationError, type DeniedEvent } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type InstrumentOptions, instrument } from '../../src/index.ts'
import { openFastify } from '../support/apis.ts'
import { createMetering, instrumented } from '../support/telemetry.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

const CHANNELS = ['scopeward:granted', 'scopeward:denied', 'scopeward:key-set', 'scopeward:redis']
const listened = (): readonly boolean[] => CHANNELS.map(name => channel(name).hasSubscribers)

test('two meters count the same requests, each until it is stopped; after both nobody listens any more', async () => {
  const before = listened()
  const [first, second] = [createMetering(), createMetering()]
  const [stopFirst, stopSecond] = [first, second].map(({ meter }) => instrument({ meter })) as [() => void, () => void]
  onTestFinished(stopFirst)
  onTestFinished(stopSecond)
  expect(listened()).toEqual([true, true, true, true])
  const api = await openFastify(issuer.options)
  const token = await issuer.token({ scope: 'orders:read' })
  expect((await api.ask(token)).status).toBe(200)
  expect(await second.sum('scopeward.key_set.keys')).toBe(1)
  stopSecond()
  expect((await api.ask(token)).status).toBe(200)
  expect(await first.sum('scopeward.requests')).toBe(2)
  expect(await second.sum('scopeward.requests')).toBe(1)
  const [age, ageWhenStopped] = [await first.sum('scopeward.key_set.age'), await second.sum('scopeward.key_set.age')]
  expect(await first.sum('scopeward.key_set.age')).toBeGreaterThan(age)
  expect(await second.sum('scopeward.key_set.age')).toBe(ageWhenStopped)
  stopFirst()
  expect(listened()).toEqual(before)
})

test('a second time on one meter is refused, and works again after the first has ended', async () => {
  const before = listened()
  const { meter, sum } = createMetering()
  const stop = instrument({ meter })
  onTestFinished(stop)
  expect(() => instrument({ meter })).toThrow(expect.objectContaining({ code: 'option_conflict' }))
  stop()
  const stopAgain = instrument({ meter })
  onTestFinished(stopAgain)
  stop() // has no effect on the second
  expect(() => instrument({ meter })).toThrow(ConfigurationError)
  const api = await openFastify(issuer.options)
  expect((await api.ask()).status).toBe(401)
  expect(await sum('scopeward.requests')).toBe(1)
  stopAgain()
  expect(listened()).toEqual(before)
})

test('without a meter it takes the global one, also of an SDK that starts later', async () => {
  const stop = instrument()
  onTestFinished(stop)
  expect(() => instrument()).toThrow(expect.objectContaining({ code: 'option_conflict' }))
  const { provider, sum } = createMetering()
  metrics.setGlobalMeterProvider(provider)
  onTestFinished(() => metrics.disable())
  const api = await openFastify(issuer.options)
  expect((await api.ask()).status).toBe(401)
  expect(await sum('scopeward.requests')).toBe(1)
})

test('without any SDK nothing happens', async () => {
  onTestFinished(instrument())
  const api = await openFastify(issuer.options)
  expect((await api.ask(await issuer.token({ scope: 'orders:read' }))).status).toBe(200)
  expect((await api.ask()).status).toBe(401)
})

describe('options are refused that', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['do not exist', { metre: 1 }, 'option_unknown'],
    ['are no object', null, 'option_invalid'],
    ['are text', 'meter', 'option_invalid'],
    ['have no meter where one should be', { meter: {} }, 'option_invalid'],
    ['have null for a meter', { meter: null }, 'option_invalid'],
    ['have text for spanAttributes', { spanAttributes: 'no' }, 'option_invalid'],
    ['leave no room', { maxSeries: 0 }, 'option_invalid'],
    ['leave half a room', { maxSeries: 1.5 }, 'option_invalid'],
    ['leave too much room', { maxSeries: 100_001 }, 'option_invalid'],
  ]
  test.each(refused)('%s', (_what, options, code) => {
    const before = listened()
    expect(() => instrument(options as InstrumentOptions)).toThrow(expect.objectContaining({ code }))
    expect(listened()).toEqual(before)
  })
})

test('an event of a later version, with what is not known yet, does no harm', async () => {
  const metering = instrumented()
  const event: Partial<DeniedEvent> = { code: 'signature_invalid', status: 401, durationMilliseconds: 1 }
  channel('scopeward:denied').publish({ ...event, somethingNew: { nested: true } })
  expect(await metering.sum('scopeward.requests', { 'error.type': 'signature_invalid' })).toBe(1)
})

test('a meter has everything that instrument() uses', () => {
  const { meter }: { meter: Meter } = createMetering()
  expect(instrument({ meter, spanAttributes: false, maxSeries: 100_000 })()).toBeUndefined()
})
