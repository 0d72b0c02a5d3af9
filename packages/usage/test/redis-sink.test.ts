import { readFileSync } from 'node:fs'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../redis/test/support/redis-server.ts'
import { until } from '../../redis/test/support/until.ts'
import { createUsageRecorder, mergeUsage, readUsage, redisSink } from '../src/index.ts'
import { memorySink } from './support/memory-sink.ts'
import { at, callerOf, refused, requires } from './support/requests.ts'
import { recordWarnings } from './support/warnings.ts'

const SCOPES = {
  'orders:read': 'Read orders',
  'orders:write': { description: 'Change orders', implies: ['orders:read'] },
  'reports:read': 'Read reports',
} as const

const NOON = Date.parse('2026-01-01T12:00:00Z')
const DAY = 86_400_000

let redis: RedisServer

beforeAll(async () => {
  redis = await startRedis()
})

afterAll(() => redis?.stop())

function client() {
  return createClient({ url: redis.url })
}

/** Some requests of some clients. */
function use(recorder: ReturnType<typeof createUsageRecorder>, times: number): void {
  const shop = callerOf('shop', 'orders:write reports:read', ['orders:read'])
  for (let n = 0; n < times; n++) {
    recorder.granted(shop, at('/orders'), requires('orders:read'))
    recorder.granted(shop, at('/orders', 'POST'), requires('orders:write'))
    recorder.denied({ ...refused('insufficient_scope'), caller: shop }, at('/admin'), requires('admin'))
    recorder.denied(refused('credentials_missing'), at('/orders'), requires('orders:read'))
  }
}

test('processes add up in Redis to what their records come to together', async () => {
  const sink = memorySink()
  const clock = () => NOON
  for (const times of [1, 5, 20]) {
    for (const to of [sink, redisSink(client(), { prefix: 'together' })]) {
      const recorder = createUsageRecorder({ sink: to, scopes: SCOPES, clock })
      use(recorder, times)
      await recorder.flush()
      use(recorder, times)
      await recorder.close()
    }
  }
  const stored = await readUsage(client(), { prefix: 'together', clock })
  const expected = mergeUsage(sink.records)
  const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T12:00:00.000Z' }
  expect(mergeUsage(stored)).toEqual({
    ...expected,
    ...period,
    clients: expected.clients.map(each => ({ ...each, ...period })),
  })
  expect(expected.clients).toMatchObject([{ requests: 104, deniedRequests: 52, leastGrant: ['orders:write'] }])
  expect(await readUsage(client(), { prefix: 'another', clock })).toEqual([])
})

test('a day is one key that expires, and one is read that is not too long ago', async () => {
  let now = NOON
  const recorder = createUsageRecorder({
    sink: redisSink(client(), { prefix: 'days', retainSeconds: 86_400 * 3 }),
    clock: () => now,
  })
  for (let day = 0; day < 3; day++) {
    use(recorder, 1)
    await recorder.flush()
    now += DAY
  }
  await recorder.close()
  const keys = (await redis.command('KEYS', 'days:*')) as string[]
  expect(keys.sort()).toEqual(['days:usage:2026-01-01', 'days:usage:2026-01-02', 'days:usage:2026-01-03'])
  const left = Number(await redis.command('TTL', 'days:usage:2026-01-01'))
  expect(left).toBeGreaterThan(86_400 * 4 - 60)
  expect(left).toBeLessThanOrEqual(86_400 * 4)
  const requestsSince = async (days: number) => {
    const { clients } = mergeUsage(await readUsage(client(), { prefix: 'days', days, clock: () => NOON + 2 * DAY }))
    return clients[0]?.requests
  }
  expect([await requestsSince(0), await requestsSince(1), await requestsSince(30)]).toEqual([2, 4, 6])
})

test('a day has no more than maxCounters; what comes then is counted without its client', async () => {
  const recorder = createUsageRecorder({
    sink: redisSink(client(), { prefix: 'full', maxCounters: 5 }),
    clock: () => NOON,
  })
  for (let n = 0; n < 20; n++)
    recorder.granted(callerOf(`client-${n}`, 'orders:read'), at('/orders'), requires('orders:read'))
  await recorder.flush()
  recorder.granted(callerOf('client-0', 'orders:read'), at('/orders'), requires('orders:read'))
  recorder.denied(refused('credentials_missing'), at('/orders'), requires('orders:read'))
  await recorder.close()
  const { clients, overflow } = mergeUsage(await readUsage(client(), { prefix: 'full', clock: () => NOON }))
  expect(clients.map(({ clientId, requests }) => [clientId, requests])).toEqual([
    ['client-0', 2],
    ['client-1', 1],
    ['client-2', 1],
    ['client-3', 1],
    ['client-4', 1],
  ])
  expect(overflow).toEqual({ requests: 15, denied: 1 })
  expect(Number(await redis.command('HLEN', 'full:usage:2026-01-01'))).toBe(7)
})

test('more counters than a script takes at once, and than a scan gives at once, all arrive', async () => {
  const recorder = createUsageRecorder({ sink: redisSink(client(), { prefix: 'many' }), clock: () => NOON })
  const caller = callerOf('shop', 'orders:read')
  for (let n = 0; n < 4900; n++) {
    for (const method of ['GET', 'POST', 'PUT'])
      recorder.denied({ ...refused('insufficient_scope'), caller }, at(`/${n % 1600}`, method), requires('x'))
  }
  await recorder.close()
  const [client1] = mergeUsage(await readUsage(client(), { prefix: 'many', clock: () => NOON })).clients
  expect(client1?.denied).toHaveLength(4800)
  expect(client1?.deniedRequests).toBe(14_700)
})

test('a Redis that is away, or says nothing, keeps nobody waiting, and gets all of it later', async () => {
  const warnings = recordWarnings()
  await using own = await startRedis()
  const recorder = createUsageRecorder({
    sink: redisSink(createClient({ url: own.url }), { timeoutSeconds: 1 }),
    scopes: SCOPES,
    clock: () => NOON,
  })
  use(recorder, 1)
  own.freeze()
  await recorder.flush()
  own.thaw()
  await own.kill()
  use(recorder, 1)
  await recorder.flush()
  await new Promise(setImmediate)
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('RedisTimeout')])
  await own.start()
  use(recorder, 1)
  await until(async () => {
    await recorder.flush()
    return recorder.snapshot().records.length === 0
  }, 'Redis has taken them')
  await recorder.close()
  const { clients } = mergeUsage(await readUsage(createClient({ url: own.url }), { clock: () => NOON }))
  expect(clients[0]?.requests).toBe(6)
})

test('a connected client of the application is left alone, and no connection stays', async () => {
  const own = client()
  await own.connect()
  const recorder = createUsageRecorder({ sink: redisSink(own, { prefix: 'connected' }), clock: () => NOON })
  use(recorder, 1)
  await recorder.close()
  expect(await own.ping()).toBe('PONG')
  expect(await readUsage(own, { prefix: 'connected', clock: () => NOON })).toHaveLength(2)
  const connections = async () =>
    String(await redis.command('CLIENT', 'LIST'))
      .trim()
      .split('\n').length
  await until(async () => (await connections()) === 2, 'only that client and the one that asks are connected')
  own.destroy()
})

test('a user with the rights that the README names suffices', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rights = /`(~scopeward:usage:\* [^`]+)`, and `(\+hscan)`/.exec(readme)?.slice(1) ?? []
  expect(rights).toHaveLength(2)
  await redis.command(
    'ACL',
    'SETUSER',
    'ledger',
    'on',
    '>secret',
    'resetchannels',
    '-@all',
    ...rights.join(' ').split(' '),
  )
  const own = createClient({ url: redis.url, username: 'ledger', password: 'secret' })
  const warnings = recordWarnings()
  const recorder = createUsageRecorder({ sink: redisSink(own), scopes: SCOPES, clock: () => NOON })
  use(recorder, 1)
  await recorder.close()
  await new Promise(setImmediate)
  expect(warnings).toEqual([])
  expect(await readUsage(own, { clock: () => NOON })).toHaveLength(2)
})

test('what somebody else wrote into the hash is left out', async () => {
  const recorder = createUsageRecorder({ sink: redisSink(client(), { prefix: 'foreign' }), clock: () => NOON })
  use(recorder, 1)
  await recorder.close()
  const foreign = ['text', '[]', '["use"]', '["use",{"granted":1},{}]', '["denied",null,null]', '{"a":1}']
  for (const name of foreign) await redis.command('HSET', 'foreign:usage:2026-01-01', name, 1)
  const owner = '{"issuer":"i","clientId":"c","granted":[]}'
  await redis.command('HSET', 'foreign:usage:2026-01-01', `["use",${owner},{}]`, 'x')
  await redis.command('HSET', 'foreign:usage:2026-01-01', `["other",${owner},{}]`, 1)
  const { clients } = mergeUsage(await readUsage(client(), { prefix: 'foreign', clock: () => NOON }))
  expect(clients.map(({ clientId, requests }) => [clientId, requests])).toEqual([['shop', 2]])
})
