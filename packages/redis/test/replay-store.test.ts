import { ConfigurationError } from '@scopeward/core'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReplayStore, type RedisReplayStore } from '../src/index.ts'
import { newProof, readyStore } from './support/proofs.ts'
import { type RedisServer, startRedis } from './support/redis-server.ts'

let redis: RedisServer
let store: RedisReplayStore

beforeAll(async () => {
  redis = await startRedis()
  await redis.hasBeenInUse()
  store = await readyStore(redis)
})

afterAll(async () => {
  await store?.close()
  await redis?.stop()
})

test('accepts a proof once (RFC 9449 section 11.1)', async () => {
  const proof = newProof()
  expect(await store.remember(proof)).toBe(true)
  expect(await store.remember(proof)).toBe(false)
  expect(await store.remember(newProof())).toBe(true)
})

test('accepts a proof once however many stores it is sent to at the same time', async () => {
  const other = await readyStore(redis)
  const proofs = Array.from({ length: 500 }, () => newProof())
  const answers = await Promise.all(proofs.flatMap(proof => [store.remember(proof), other.remember(proof)]))
  expect(answers.filter(Boolean)).toHaveLength(500)
  await other.close()
})

test('forgets a proof when every process refuses it for its age: clocks may differ, and Redis may be waited for', async () => {
  const patient = await readyStore(redis, { timeoutSeconds: 40 })
  const proof = newProof()
  await patient.remember(proof)
  const [key] = (await redis.command('KEYS', `*${proof.key}`)) as string[]
  const left = Number(await redis.command('PTTL', key as string))
  expect(left).toBeGreaterThan(104_000)
  expect(left).toBeLessThanOrEqual(105_000)
  await patient.close()
})

test('begins every key with the prefix, and shares nothing between prefixes', async () => {
  const before = Number(await redis.command('DBSIZE'))
  const other = createReplayStore(createClient({ url: redis.url }), { keyPrefix: 'billing' })
  await expect.poll(() => redis.command('DBSIZE')).toBe(before + 16)
  await other.close()
  expect(await redis.command('KEYS', 'billing:*')).toHaveLength(16)
  await redis.hasBeenInUse('billing')
  const own = await readyStore(redis, { keyPrefix: 'billing' })
  const proof = newProof()
  expect(await own.remember(proof)).toBe(true)
  expect(await store.remember(proof)).toBe(true)
  expect(await own.remember(proof)).toBe(false)
  await own.close()
})

test('does not connect, use or end the client that it was given', async () => {
  const client = createClient({ url: redis.url })
  const own = createReplayStore(client)
  await own.ready()
  expect(client.isOpen).toBe(false)
  await client.connect()
  await own.close()
  expect(await client.ping()).toBe('PONG')
  client.destroy()
})

test('takes the name of keys from a client with a prefix of its own', async () => {
  const client = createClient({ url: redis.url, keyPrefix: 'app:' })
  const own = createReplayStore(client)
  await expect.poll(() => redis.command('KEYS', 'app:*')).toHaveLength(16)
  await own.close()
})

test('is given up by a deadline of its own, not by that of the client', async () => {
  const own = await readyStore(redis, { timeoutSeconds: 0.2 })
  expect(await own.remember(newProof())).toBe(true)
  redis.freeze()
  const begun = performance.now()
  await expect(own.remember(newProof())).rejects.toThrow('Redis did not answer within 0.2 s')
  expect(performance.now() - begun).toBeLessThan(400)
  redis.thaw()
  expect(await own.remember(newProof())).toBe(true)
  await own.close()
})

test('asks no more than 10,000 things at a time', async () => {
  const own = await readyStore(redis, { timeoutSeconds: 0.5 })
  redis.freeze()
  const answers = Array.from({ length: 10_001 }, () => own.remember(newProof()))
  const reasons = await Promise.all(answers.map(answer => answer.catch((error: Error) => error.message)))
  redis.thaw()
  expect(reasons.filter(reason => reason === 'Redis has not answered 10000 commands').length).toBeGreaterThan(0)
  expect(new Set(reasons)).toEqual(
    new Set(['Redis has not answered 10000 commands', 'Redis did not answer within 0.5 s']),
  )
  await expect.poll(() => own.remember(newProof()).catch(() => false)).toBe(true)
  await own.close()
})

test('refuses a proof that is dated further ahead than 10 seconds, which no server accepts', async () => {
  expect(await store.remember(newProof(Date.now() + 9900))).toBe(true)
  await expect(store.remember(newProof(Date.now() + 11_000))).rejects.toThrow('dated more than 10 seconds ahead')
  await expect(store.remember(newProof(Number.NaN))).rejects.toThrow('dated more than 10 seconds ahead')
})

test('gives all who wait for Redis the same promise', async () => {
  const own = createReplayStore(createClient({ url: 'redis://127.0.0.1:1' }))
  const ready = own.ready()
  expect(own.ready()).toBe(ready)
  await own.close()
  await expect(ready).rejects.toThrow('it was closed')
})

test('is closed for good, and says so to those who wait', async () => {
  const own = createReplayStore(createClient({ url: 'redis://127.0.0.1:1' }))
  const ready = own.ready()
  await expect(own.remember(newProof())).rejects.toThrow('Redis is not connected')
  await own.close()
  await expect(ready).rejects.toThrow('it was closed')
  await expect(own.ready()).rejects.toThrow('it was closed')
  await expect(own.remember(newProof())).rejects.toThrow('it was closed')
  await own.close()
})

test.each([
  [{ timeoutSecond: 1 }, 'createReplayStore() has no option "timeoutSecond". Known: keyPrefix, timeoutSeconds, clock.'],
  [{ timeoutSeconds: '1' }, 'Option "timeoutSeconds" must be a number from 0.01 to 60 (default 1), not "1".'],
  [{ timeoutSeconds: Number.NaN }, 'Option "timeoutSeconds" must be a number from 0.01 to 60 (default 1), not NaN.'],
  [{ keyPrefix: 'a{b}' }, 'Option "keyPrefix" must be a non-empty string without { and }, not "a{b}".'],
  [{ keyPrefix: '' }, 'Option "keyPrefix" must be a non-empty string without { and }, not "".'],
  [{ clock: 5 }, 'Option "clock" must be a function, not 5.'],
  [null, 'createReplayStore() takes an options object, or none.'],
])('refuses the options %o', (options, message) => {
  expect(() => createReplayStore(createClient(), options as never)).toThrow(message)
  expect(() => createReplayStore(createClient(), options as never)).toThrow(ConfigurationError)
})

test.each([[undefined], [{}], ['redis://127.0.0.1']])('refuses %o as a client', client => {
  expect(() => createReplayStore(client as never)).toThrow(
    /^createReplayStore\(\) takes a client of the package "redis" first, made by createClient\(\), createCluster\(\) or createSentinel\(\), not /,
  )
})
