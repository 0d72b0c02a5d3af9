import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { createReplayStore } from '../src/index.ts'
import { reasonOf } from '../src/redis-unavailable.ts'
import { newProof, readyStore } from './support/proofs.ts'
import { startRedis } from './support/redis-server.ts'
import { until } from './support/until.ts'

test.concurrent('a Redis that may evict what has not expired is refused, from the start', async () => {
  await using redis = await startRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'volatile-lru'])
  const store = createReplayStore(createClient({ url: redis.url }))
  const message = 'UNFIT its maxmemory-policy is volatile-lru, which drops entries: set it to noeviction'
  await until(() => store.problem?.includes(message) === true, 'it has looked')
  await expect(store.remember(newProof())).rejects.toThrow(message)
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  await until(() => store.problem?.includes('remembers proofs since') === true, 'it has looked again')
  await store.close()
})

test.concurrent('a Redis that is told to evict while in use is refused from the next look on, and so is every proof of before', async () => {
  await using redis = await startRedis(['--maxmemory', '50mb'])
  await redis.hasBeenInUse()
  const store = await readyStore(redis)
  // One for each bucket.
  const proofs = [...'ABCDEFGHIJKLMNOP'].map(first => ({ ...newProof(), key: first + newProof().key.slice(1) }))
  const answers = () => Promise.all(proofs.map(proof => store.remember(proof).catch((error: Error) => error.message)))
  expect(await answers()).toEqual(proofs.map(() => true))
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
  await until(() => store.problem?.includes('allkeys-lru') === true, 'it has looked', 1500)
  const kept = (await redis.command('KEYS', '*:proof:*')) as string[]
  expect(await redis.command('DEL', ...kept)).toBe(16) // as if they had been evicted
  expect(await answers()).toEqual(
    proofs.map(() => expect.stringContaining('UNFIT its maxmemory-policy is allkeys-lru')),
  )
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  expect(await answers()).toEqual(proofs.map(() => expect.stringContaining('remembers proofs since')))
  await store.close()
})

test.concurrent('a full Redis drops nothing: new proofs are refused, old ones stay known, and it recovers', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const store = await readyStore(redis)
  const proof = newProof()
  expect(await store.remember(proof)).toBe(true)
  await redis.command('CONFIG', 'SET', 'maxmemory', 1)
  await expect(store.remember(newProof())).rejects.toThrow('OOM')
  expect(await store.remember(proof).catch(() => 'refused')).not.toBe(true)
  await until(() => store.problem?.includes('OOM') === true, 'it has looked')
  await redis.command('CONFIG', 'SET', 'maxmemory', 0)
  expect(await store.remember(newProof())).toBe(true)
  expect(await store.remember(proof)).toBe(false)
  await store.ready()
  await store.close()
})

test.concurrent('a replica is refused', async () => {
  await using master = await startRedis()
  await using replica = await startRedis(['--replicaof', `127.0.0.1 ${master.port}`])
  const store = createReplayStore(createClient({ url: replica.url }))
  await until(() => store.problem?.includes('UNFIT it is a replica') === true, 'it has looked')
  await expect(store.remember(newProof())).rejects.toThrow('UNFIT it is a replica, and could be behind')
  await store.close()
})

test.concurrent('a user without the rights that it takes is told so', async () => {
  await using redis = await startRedis()
  await redis.command('ACL', 'SETUSER', 'api', 'on', '>secret', '~scopeward:*', '+eval', '+evalsha')
  const store = createReplayStore(createClient({ url: redis.url, username: 'api', password: 'secret' }))
  await until(() => store.problem?.includes("can't run this command") === true, 'it has asked')
  await store.close()
})

test.concurrent('a wrong password is told as what it is', async () => {
  await using redis = await startRedis(['--requirepass', 'secret'], { password: 'secret' })
  const store = createReplayStore(createClient({ url: redis.url, password: 'wrong' }))
  await until(() => store.problem?.includes('WRONGPASS') === true, 'it has asked')
  await expect(store.remember(newProof())).rejects.toThrow('Redis is not connected: WRONGPASS')
  await store.close()
})

test.concurrent('a Redis that says what it was sent does not have a password in a message', async () => {
  await using redis = await startRedis(['--rename-command', 'HELLO', 'NO-HELLO'], { RESP: 2 })
  const store = createReplayStore(createClient({ url: redis.url, username: 'api', password: 'a-secret' }))
  await until(() => store.problem?.includes('unknown command') === true, 'it has asked')
  await expect(store.remember(newProof())).rejects.toThrow(/^Redis is not connected: ERR unknown command 'HELLO'$/)
  expect(store.problem).toBe("Redis is not connected: ERR unknown command 'HELLO'")
  await store.close()
})

test.each([
  [new Error('connect to rediss://user:secret@redis.example.com:6380 failed'), 'connect to (a URL) failed'],
  [new AggregateError([new Error('one'), new Error('at redis://a:b@c')]), 'one, at (a URL)'],
  [new TypeError(), 'TypeError'],
  ['secret', 'for no given reason'],
])('of %o it tells operators what is no secret', (error, reason) => {
  expect(reasonOf(error)).toBe(reason)
})
