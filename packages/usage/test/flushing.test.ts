import { expect, test } from 'vitest'
import { createUsageRecorder, mergeUsage, type UsageRecord } from '../src/index.ts'
import { memorySink } from './support/memory-sink.ts'
import { at, callerOf, refused, requires } from './support/requests.ts'
import { recordWarnings } from './support/warnings.ts'

const READ = requires('orders:read')
const SHOP = callerOf('shop', 'orders:read')

test('what a sink does not take is kept, comes with the next flush, and is warned of once in an outage', async () => {
  const warnings = recordWarnings()
  const sink = memorySink()
  let now = Date.parse('2026-01-01T00:00:00Z')
  const recorder = createUsageRecorder({ sink, clock: () => now })
  sink.fault = new Error('redis://:password@redis.example.com is away')
  for (let minute = 0; minute < 3; minute++) {
    recorder.granted(SHOP, at('/orders'), READ)
    recorder.denied(refused('credentials_missing'), at('/orders'), READ)
    now += 60_000
    await recorder.flush()
    expect(recorder.snapshot().records).toHaveLength(2)
  }
  await new Promise(setImmediate)
  expect(warnings.map(({ code }) => code)).toEqual(['SCOPEWARD_USAGE_SINK'])
  expect(warnings[0]?.message).not.toContain('password')
  sink.fault = undefined
  await recorder.flush()
  expect(sink.records.map(({ from, to, clientId }) => ({ from, to, clientId }))).toEqual([
    { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:03:00.000Z', clientId: 'shop' },
    { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:03:00.000Z', clientId: null },
  ])
  expect(sink.records[0]?.routes[0]?.count).toBe(3)
  expect(sink.records[1]?.denied[0]?.count).toBe(3)
  sink.fault = new Error('away again')
  recorder.granted(SHOP, at('/orders'), READ)
  await recorder.flush()
  await new Promise(setImmediate)
  expect(warnings).toHaveLength(2)
  await recorder.close()
})

test('what is counted while the sink is busy comes with the next flush, once', async () => {
  const batches: (readonly UsageRecord[])[] = []
  let finish = (): void => undefined
  const recorder = createUsageRecorder({
    sink: {
      write(records) {
        batches.push(records)
        return new Promise(resolve => {
          finish = resolve
        })
      },
    },
  })
  recorder.granted(SHOP, at('/orders'), READ)
  const first = recorder.flush()
  await new Promise(setImmediate)
  recorder.granted(SHOP, at('/orders'), READ)
  recorder.granted(SHOP, at('/orders'), READ)
  expect(mergeUsage(recorder.snapshot().records).clients[0]?.requests).toBe(3)
  finish()
  await first
  const last = recorder.close()
  await new Promise(setImmediate)
  finish()
  await last
  expect(batches.map(([record]) => record?.routes[0]?.count)).toEqual([1, 2])
})

test('what is counted while the sink is about to fail is added to what it did not take', async () => {
  recordWarnings()
  let fail = (_error: Error): void => undefined
  let isAway = true
  const sink = memorySink()
  const recorder = createUsageRecorder({
    sink: {
      write: records => {
        if (!isAway) return sink.write(records)
        return new Promise((_, reject) => {
          fail = reject
        })
      },
    },
  })
  const count = () => {
    recorder.granted(SHOP, at('/orders'), READ)
    recorder.denied({ ...refused('insufficient_scope'), caller: SHOP }, at('/users'), requires('users:read'))
    recorder.denied(refused('credentials_missing'), at('/orders'), READ)
  }
  count()
  const flush = recorder.flush()
  await new Promise(setImmediate)
  count()
  count()
  fail(new Error('away'))
  await flush
  isAway = false
  await recorder.close()
  const counts = sink.records.map(({ routes, denied }) => [...routes, ...denied].map(({ count: found }) => found))
  expect(counts).toEqual([[3, 3], [3]])
})

test('a sink that throws instead of rejecting, or gives no reason, loses nothing either', async () => {
  const warnings = recordWarnings()
  const reasons: unknown[] = [new TypeError('at once'), 'a text']
  const taken: UsageRecord[] = []
  const recorder = createUsageRecorder({
    sink: {
      write(records) {
        if (reasons.length > 0) throw reasons.pop()
        taken.push(...records)
        return Promise.resolve()
      },
    },
  })
  recorder.granted(SHOP, at('/orders'), READ)
  await recorder.flush()
  await recorder.flush()
  await recorder.close()
  await new Promise(setImmediate)
  expect(taken.map(({ routes }) => routes[0]?.count)).toEqual([1])
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('for no given reason')])
})

test('of many records, those that the sink took before it failed do not come again', async () => {
  let asked = 0
  const taken: UsageRecord[] = []
  const recorder = createUsageRecorder({
    sink: {
      async write(records) {
        asked++
        if (asked === 2) throw new Error('away')
        taken.push(...records)
      },
    },
  })
  recordWarnings()
  for (let client = 0; client < 1250; client++)
    recorder.granted(callerOf(`client-${client}`, 'orders:read'), at('/'), READ)
  await recorder.flush()
  expect(taken).toHaveLength(500)
  await recorder.close()
  expect(new Set(taken.map(({ clientId }) => clientId)).size).toBe(1250)
  expect(mergeUsage(taken).routes[0]?.requests).toBe(1250)
})

test('flushes by itself every flushSeconds, writes nothing where nothing happened, and keeps no process alive', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const before = timers()
  let wrote = (): void => undefined
  const written = new Promise<void>(resolve => {
    wrote = resolve
  })
  const sink = memorySink()
  const recorder = createUsageRecorder({
    sink: { write: records => sink.write(records).then(wrote) },
    flushSeconds: 1,
  })
  expect(timers()).toBe(before)
  await recorder.flush()
  expect(sink.taken).toEqual([])
  recorder.granted(SHOP, at('/orders'), READ)
  await written
  expect(sink.records).toHaveLength(1)
  await recorder.close()
})

test('closing flushes for the last time, then closes the sink', async () => {
  const steps: string[] = []
  const recorder = createUsageRecorder({
    sink: { write: async () => void steps.push('write'), close: async () => void steps.push('close') },
  })
  recorder.granted(SHOP, at('/orders'), READ)
  await recorder.close()
  expect(steps).toEqual(['write', 'close'])
})
