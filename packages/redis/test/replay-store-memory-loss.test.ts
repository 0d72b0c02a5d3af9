import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { SeenProof } from '@scopeward/core'
import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { createReplayStore, type RedisReplayStore } from '../src/index.ts'
import { newProof } from './support/proofs.ts'
import { type RedisServer, startRedis } from './support/redis-server.ts'
import { until } from './support/until.ts'

/** A proof of which 64 exist, one for every way in which keys can begin, so that every bucket has some. */
function proofsForAllBuckets(): readonly SeenProof[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return [...alphabet].map(first => ({ ...newProof(), key: first + randomBytes(32).toString('base64url').slice(1) }))
}

async function acceptAll(store: RedisReplayStore): Promise<readonly SeenProof[]> {
  const proofs = proofsForAllBuckets()
  expect(await Promise.all(proofs.map(proof => store.remember(proof)))).toEqual(proofs.map(() => true))
  return proofs
}

/** As soon as Redis answers again: no proof of before is taken for a new one, not even once. */
async function expectNoneAccepted(store: RedisReplayStore, proofs: readonly SeenProof[]): Promise<void> {
  await until(() => answersAtAll(store), 'Redis answers')
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(proofs.map(proof => store.remember(proof).catch(() => 'refused')))
    expect(answers).not.toContain(true)
  }
}

async function answersAtAll(store: RedisReplayStore): Promise<boolean> {
  const reason = await store.remember(newProof()).then(String, (error: Error) => error.message)
  return !reason.includes('not connected') && !reason.includes('Redis failed')
}

/** What is made 15 seconds later is accepted; the clock of a client cannot say so earlier. */
async function expectRecovery({ store, advance }: ReturnType<typeof storeAndTime>): Promise<void> {
  await advance(15_500)
  await store.ready()
  expect(store.problem).toBeUndefined()
  expect(await store.remember(newProof(Date.now() + 15_500))).toBe(true)
}

async function oneStore(redis: RedisServer) {
  await redis.hasBeenInUse()
  const one = storeAndTime(redis)
  await one.store.ready()
  return one
}

function storeAndTime(redis: RedisServer) {
  let ahead = 0
  const store = storeAhead(redis, () => ahead)
  const advance = async (milliseconds: number) => {
    ahead += milliseconds
    await redis.timePasses(milliseconds)
  }
  return { store, advance, ahead: () => ahead }
}

/** Its clock shows another time. */
function storeAhead(redis: RedisServer, milliseconds: number | (() => number)): RedisReplayStore {
  const ahead = typeof milliseconds === 'number' ? () => milliseconds : milliseconds
  const client = createClient({ url: redis.url })
  return createReplayStore(client, { clock: () => Date.now() + ahead(), timeoutSeconds: 2 })
}

test.concurrent('a Redis that was never used before refuses for 15 seconds, and ready() waits for as long', async () => {
  await using redis = await startRedis()
  const begun = Date.now()
  const one = storeAndTime(redis)
  const { store, advance } = one
  await until(() => store.problem?.includes('remembers proofs since') === true, 'it has asked')
  await expect(store.remember(newProof())).rejects.toThrow(
    /^Redis remembers proofs since \d{4}-.+Z only, and may have forgotten older ones$/,
  )
  await advance(14_000)
  await expect(store.remember(newProof(begun + 14_000))).rejects.toThrow('may have forgotten')
  await advance(-14_000)
  await expectRecovery(one)
  await store.close()
})

test.concurrent('after a restart without what was saved, no proof of before is accepted a second time', async () => {
  await using redis = await startRedis()
  const one = await oneStore(redis)
  const { store } = one
  const proofs = await acceptAll(store)
  await redis.kill()
  await expect(store.remember(newProof())).rejects.toThrow('Redis')
  await redis.start()
  await expectNoneAccepted(store, proofs)
  await expectRecovery(one)
  await store.close()
})

test.concurrent('after a restart with an old snapshot, no proof of after the snapshot is accepted a second time', async () => {
  await using redis = await startRedis()
  const one = await oneStore(redis)
  const { store } = one
  const saved = await acceptAll(store)
  await redis.command('SAVE')
  const proofs = await acceptAll(store)
  await redis.kill()
  await redis.start()
  expect(Number(await redis.command('DBSIZE'))).toBeGreaterThan(64) // the snapshot, and its markers
  await expectNoneAccepted(store, [...saved, ...proofs])
  await expectRecovery(one)
  await store.close()
})

test.concurrent.each(['FLUSHALL', 'FLUSHDB'])(
  'after %s no proof of before is accepted a second time',
  async command => {
    await using redis = await startRedis()
    const one = await oneStore(redis)
    const { store } = one
    const proofs = await acceptAll(store)
    await redis.command(command)
    await expectNoneAccepted(store, proofs)
    await expectRecovery(one)
    await store.close()
  },
)

test.concurrent('a process with a wrong clock neither has old proofs taken for new ones nor shuts out those of others', async () => {
  for (const wrong of [-3_600_000, 3_600_000]) {
    await using redis = await startRedis()
    const one = await oneStore(redis)
    const proofs = await acceptAll(one.store)
    await one.store.close()
    await redis.command('FLUSHALL')
    const stray = storeAhead(redis, wrong)
    await until(async () => Number(await redis.command('DBSIZE')) === 16, 'it has written the markers')
    const other = storeAndTime(redis)
    await expectNoneAccepted(other.store, proofs)
    await expectRecovery(other)
    await Promise.all([stray.close(), other.store.close()])
  }
})

test.concurrent('a proof dated 10 seconds ahead by a clock that is 5 seconds ahead is not accepted a second time, however late', async () => {
  await using redis = await startRedis()
  const one = await oneStore(redis)
  const fast = storeAhead(redis, 4900)
  await fast.ready()
  const proof = newProof(Date.now() + 14_800)
  expect(await fast.remember(proof)).toBe(true)
  await redis.command('FLUSHALL')
  await until(async () => Number(await redis.command('DBSIZE')) === 16, 'the markers are new')
  for (const milliseconds of [5000, 5000, 5000, 5000, 30_000]) {
    await one.advance(milliseconds)
    await expect(one.store.remember(proof)).rejects.toThrow('may have forgotten')
  }
  await one.store.ready()
  expect(await one.store.remember(newProof(Date.now() + 50_000))).toBe(true)
  await Promise.all([one.store.close(), fast.close()])
})

test.concurrent('a Redis whose clock was set back remembers from then on, and is of use 15 seconds later', async () => {
  await using redis = await startRedis()
  const one = await oneStore(redis)
  const proofs = await acceptAll(one.store)
  await redis.timePasses(-3_600_000) // what it wrote before is an hour ahead of it
  await expectNoneAccepted(one.store, proofs)
  await expectRecovery(one)
  await one.store.close()
})

test.concurrent('a proof that grew older while Redis said nothing is not taken for a newer one', async () => {
  await using redis = await startRedis()
  const { store, advance, ahead } = await oneStore(redis)
  const sendWhileFrozen = async (sinceSeconds: number) => {
    await redis.hasBeenInUse()
    await advance((sinceSeconds - 60) * 1000)
    redis.freeze()
    const answer = store.remember(newProof(Date.now() + ahead())).catch((error: Error) => error.message)
    await pause(1000)
    redis.thaw()
    return answer
  }
  expect(await sendWhileFrozen(60)).toBe(true)
  expect(await sendWhileFrozen(14.1)).toBe('Redis took too long to say whether it may have forgotten the proof')
  await store.close()
})

test.concurrent('SCRIPT FLUSH costs nothing', async () => {
  await using redis = await startRedis()
  const { store } = await oneStore(redis)
  const [proof] = await acceptAll(store)
  await redis.command('SCRIPT', 'FLUSH')
  expect(await store.remember(newProof())).toBe(true)
  expect(await store.remember(proof as SeenProof)).toBe(false)
  await store.close()
})

test.concurrent('a replica that is promoted without the last writes accepts none of them a second time', async () => {
  await using master = await startRedis()
  await using replica = await startRedis(['--replicaof', `127.0.0.1 ${master.port}`])
  await until(async () => (await replica.info('replication', 'master_link_status')) === 'up', 'replicated')
  const { store: atMaster } = await oneStore(master)
  expect(await master.command('WAIT', 1, 5000)).toBe(1) // the markers are replicated
  replica.freeze()
  const proofs = await acceptAll(atMaster)
  await master.kill()
  replica.thaw()
  await replica.command('REPLICAOF', 'NO', 'ONE')
  const store = createReplayStore(createClient({ url: replica.url }))
  await expectNoneAccepted(store, proofs)
  await Promise.all([store.close(), atMaster.close()])
})

test.concurrent('a master that comes back by a second failover, its scripts still cached, accepts nothing a second time', async () => {
  await using first = await startRedis()
  await using second = await startRedis(['--replicaof', `127.0.0.1 ${first.port}`])
  await until(async () => (await second.info('replication', 'master_link_status')) === 'up', 'replicated')
  const one = await oneStore(first)
  const { store: atFirst } = one
  await acceptAll(atFirst)

  await second.command('REPLICAOF', 'NO', 'ONE')
  const { store: atSecond } = await oneStore(second)
  await first.command('REPLICAOF', '127.0.0.1', second.port)
  await until(async () => (await first.info('replication', 'master_link_status')) === 'up', 'followed')
  await expect(atFirst.remember(newProof())).rejects.toThrow('UNFIT it is a replica')

  await first.command('REPLICAOF', 'NO', 'ONE') // and now it does not hear of what the second one accepts
  const proofs = await acceptAll(atSecond)
  await second.kill()
  await expectNoneAccepted(atFirst, proofs)
  await expectRecovery(one)
  await Promise.all([atFirst.close(), atSecond.close()])
})
