import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createUsageRecorder, mergeUsage, type UsageRecord } from '../src/index.ts'
import { memorySink } from './support/memory-sink.ts'
import { at, callerOf, refused, requires } from './support/requests.ts'
import { recordWarnings } from './support/warnings.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const READ = requires('orders:read')

test('past maxClients, requests are counted by route, and nobody is told apart', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, maxClients: 3 })
  for (let client = 0; client < 10; client++) {
    const caller = callerOf(`client-${client}`, 'orders:read')
    recorder.granted(caller, at('/orders'), READ)
    recorder.granted(caller, at('/orders'), READ)
    recorder.denied({ ...refused('insufficient_scope'), caller }, at('/orders'), READ)
  }
  await recorder.close()
  expect(sink.records.map(({ clientId, overflow }) => [clientId, overflow])).toEqual([
    ['client-0', undefined],
    ['client-1', undefined],
    ['client-2', undefined],
    [null, true],
  ])
  const summary = mergeUsage(sink.records)
  expect(summary.overflow).toEqual({ requests: 14, denied: 7 })
  expect(summary.routes).toMatchObject([{ route: '/orders', requests: 20, denied: 10 }])
})

test('past maxRoutes, a client’s requests are counted without the route, and no grant is advised for it', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, maxRoutes: 2 })
  const caller = callerOf('shop', 'orders:read orders:write')
  for (let route = 0; route < 10; route++) recorder.granted(caller, at(`/orders/${route}`), READ)
  recorder.granted(caller, at('/orders'), requires('orders:write'))
  recorder.granted(callerOf('other', 'orders:read orders:write'), at('/orders/1'), READ)
  await recorder.close()
  const [shop, other] = mergeUsage(sink.records).clients.toReversed()
  expect(sink.records[0]?.routes.map(({ route, count }) => [route, count])).toEqual([
    ['/orders/0', 1],
    ['/orders/1', 1],
    [null, 9],
  ])
  expect(shop).toMatchObject({ requests: 11, isComplete: false, couldGiveUp: [] })
  expect(shop?.leastGrant).toEqual(['orders:read', 'orders:write'])
  expect(other).toMatchObject({ isComplete: true, leastGrant: ['orders:read'], couldGiveUp: ['orders:write'] })
})

test('past all counters, requests are counted without their route, and stay so when a sink has failed', async () => {
  recordWarnings()
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, maxClients: 1, maxRoutes: 20 })
  const scopes = ['orders:read', ...Array.from({ length: 239 }, (_, n) => `scope-${n}`)] // of 1 * 50 + 20 * 10
  for (let route = 0; route < 15; route++) recorder.granted(callerOf('shop', scopes.join(' ')), at(`/${route}`), READ)
  sink.fault = new Error('away')
  await recorder.flush()
  sink.fault = undefined
  await recorder.close()
  expect(sink.records).toHaveLength(1)
  expect(sink.records[0]).toMatchObject({ clientId: 'shop', overflow: true })
  expect(sink.records[0]?.routes.map(({ count }) => count)).toEqual([...Array.from({ length: 10 }, () => 1), 5])
  expect(sink.records[0]?.routes.at(-1)).toMatchObject({ method: '*', route: null, requirement: '*' })
})

test('a word that is a rule counts as one, even where a scope has that name', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink })
  const required = { requirement: 'service or orders:read', alternatives: [['service'], ['orders:read']] }
  recorder.granted(callerOf('shop', 'service orders:read'), at('/orders'), { ...required })
  await recorder.close()
  expect(sink.records[0]?.routes[0]?.alternatives).toEqual([['service', 'orders:read']])
})

test('guards that are made for each request are one requirement', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink })
  const caller = callerOf('shop', 'orders:read')
  for (let n = 0; n < 1000; n++) recorder.granted(caller, at('/orders'), requires('orders:read'))
  await recorder.close()
  expect(sink.records[0]?.routes).toMatchObject([{ count: 1000 }])
})

test('one guard before several routes and methods counts each of them', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink })
  const caller = callerOf('shop', 'orders:read')
  const places = [at('/a'), at('/a'), at('/a', 'HEAD'), at('/b', 'HEAD'), at('/b'), at('/a')]
  for (const place of [...places, ...places]) recorder.granted(caller, place, READ)
  await recorder.close()
  const counts = sink.records[0]?.routes.map(({ method, route, count }) => `${method} ${route} ${count}`).sort()
  expect(counts).toEqual(['GET /a 6', 'GET /b 2', 'HEAD /a 2', 'HEAD /b 2'])
})

test('strangers cannot take the room of clients, whatever issuers, routes and codes they come with', async () => {
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, maxClients: 10, maxRoutes: 10 })
  for (let n = 0; n < 5000; n++) {
    recorder.denied(refused('signature_invalid', `https://tenant-${n}.example.com`), at(`/${n}`), READ)
  }
  recorder.granted(callerOf('shop', 'orders:read'), at('/orders'), READ)
  await recorder.close()
  expect(sink.records.filter(({ clientId }) => clientId === 'shop')).toMatchObject([
    { routes: [{ route: '/orders', count: 1 }] },
  ])
  expect(sink.records.length).toBeLessThanOrEqual(1 + 1000 + 1)
  expect(sink.records.flatMap(({ denied }) => denied).reduce((sum, { count }) => sum + count, 0)).toBe(5000)
})

test('a sink that is away for long makes no more records than the limits allow, and no request is lost', async () => {
  recordWarnings()
  const sink = memorySink()
  const recorder = createUsageRecorder({ sink, maxClients: 5, maxRoutes: 5 })
  sink.fault = new Error('away')
  for (let n = 0; n < 40; n++) {
    recorder.granted(callerOf(`client-${n}`, 'orders:read'), at(`/${n}`), READ)
    recorder.denied(refused('token_malformed'), at(`/${n}`), READ)
    await recorder.flush()
  }
  const size = ({ records }: { readonly records: readonly UsageRecord[] }) =>
    records.length + records.flatMap(({ routes, denied }) => [...routes, ...denied]).length
  expect(size(recorder.snapshot())).toBeLessThan(40)
  sink.fault = undefined
  await recorder.close()
  const { clients, overflow, refused: strangers } = mergeUsage(sink.records)
  expect(clients.reduce((sum, { requests }) => sum + requests, 0) + overflow.requests).toBe(40)
  expect(strangers.reduce((sum, { count }) => sum + count, 0)).toBe(40)
  expect(clients).toHaveLength(5)
})

test('a client with ten scopes and ten routes takes less than 5 KB, 10,000 of them 50 MB', async () => {
  const recorder = createUsageRecorder({ sink: { write: async () => undefined } })
  const guards = Array.from({ length: 10 }, (_, n) => requires(`scope-${n}`))
  const scope = guards.map(({ requirement }) => requirement).join(' ')
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let client = 0; client < 1000; client++) {
    const caller = callerOf(`client-${client}`, scope)
    for (const [n, guard] of guards.entries()) recorder.granted(caller, at(`/${n}`), guard)
  }
  collectGarbage()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5e6)
  expect(recorder.snapshot().records).toHaveLength(1000)
  await recorder.close()
})
