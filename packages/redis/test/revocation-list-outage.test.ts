import { channel } from 'node:diagnostics_channel'
import type { RevocableToken } from '@scopeward/core'
import { expect, test } from 'vitest'
import type { RedisEvent } from '../src/index.ts'
import { listAt, readyList } from './support/lists.ts'
import { startRedis } from './support/redis-server.ts'
import { tokenOf } from './support/tokens.ts'
import { until } from './support/until.ts'

const stolen = tokenOf({ jti: 'stolen' })
const honest = tokenOf({ jti: 'honest' })

/** Good for half a minute, by a clock that is ahead. */
function shortLived(jti: string, aheadMilliseconds: number): RevocableToken {
  const now = (Date.now() + aheadMilliseconds) / 1000
  return tokenOf({ jti, iat: now, expiresAt: now + 30 })
}

test.concurrent('without Redis from the start it knows nothing, says so, and gets ready by itself', async () => {
  await using redis = await startRedis()
  await redis.kill()
  const list = listAt(redis)
  await until(() => list.problem?.startsWith('Redis is not connected: ') === true, 'it has tried')
  expect(list.verdictOn(honest)).toBe('unknown')
  await expect(list.revoke({ tokenId: 'stolen' })).rejects.toThrow('Redis is not connected')
  expect(list.verdictOn(stolen)).toBe('revoked')
  await redis.start()
  await redis.hasBeenInUse()
  await list.ready()
  expect(list.verdictOn(honest)).toBe('not_revoked')
  // Told now, as it could not be told then.
  const other = await readyList(redis)
  expect(other.verdictOn(stolen)).toBe('revoked')
  await Promise.all([list.close(), other.close()])
})

test.concurrent('a view keeps its last state, reports its age, and does not know beyond its limit', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  // The clock stands still: a busy machine must not age the view.
  const start = Date.now()
  let ahead = 0
  const list = await readyList(redis, { maxAgeSeconds: 10, timeoutSeconds: 0.2, clock: () => start + ahead })
  await list.revoke({ tokenId: 'stolen' })
  redis.freeze()
  await until(() => list.problem === 'Redis did not answer within 0.2 s', 'it has asked')
  ahead = 9000
  expect(list.ageSeconds).toBeGreaterThanOrEqual(9)
  expect([stolen, honest].map(token => list.verdictOn(token))).toEqual(['revoked', 'not_revoked'])
  ahead = 10_500
  expect([stolen, honest].map(token => list.verdictOn(token))).toEqual(['revoked', 'unknown'])
  redis.thaw()
  await until(() => list.ageSeconds < 1, 'it has asked again')
  expect([stolen, honest].map(token => list.verdictOn(token))).toEqual(['revoked', 'not_revoked'])
  await list.close()
})

test.concurrent('a clock that is set back does not make a view look young', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  let ahead = 0
  const list = await readyList(redis, { clock: () => Date.now() + ahead })
  redis.freeze()
  ahead = -60_000
  expect(list.ageSeconds).toBe(Number.POSITIVE_INFINITY)
  expect(list.verdictOn(honest)).toBe('unknown')
  await list.close()
})

test.concurrent.each([
  ['was restarted without what was saved', false],
  ['was restarted with an old snapshot', true],
])('a Redis that %s gets its memory back', async (_, isSaved) => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const [list, other] = await Promise.all([readyList(redis), readyList(redis)])
  await list.revoke({ tokenId: 'before' })
  if (isSaved) await redis.command('SAVE')
  await list.revoke({ tokenId: 'stolen' })
  await until(() => other.verdictOn(stolen) === 'revoked', 'it has arrived', 1000)
  await redis.kill()
  await redis.start()
  // Not believed before the others had time to tell what they know.
  const late = listAt(redis)
  await until(() => late.problem?.startsWith('Redis is new, or has lost its memory') === true, 'it has asked')
  expect(late.verdictOn(honest)).toBe('unknown')
  await until(() => late.verdictOn(stolen) === 'revoked', 'it was restored')
  expect(late.verdictOn(tokenOf({ jti: 'before' }))).toBe('revoked')
  expect(late.verdictOn(honest)).toBe('unknown')
  expect([list, other].map(view => view.verdictOn(honest))).toEqual(['not_revoked', 'not_revoked'])
  expect([list, other].map(view => view.verdictOn(stolen))).toEqual(['revoked', 'revoked'])
  await Promise.all([late.ready(), list.ready()])
  expect(late.verdictOn(honest)).toBe('not_revoked')
  await list.revoke({ tokenId: 'after' })
  await until(() => late.verdictOn(tokenOf({ jti: 'after' })) === 'revoked', 'it has arrived', 1000)
  await Promise.all([list.close(), other.close(), late.close()])
})

test.concurrent('FLUSHALL revokes nothing less', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const list = await readyList(redis)
  await list.revoke({ clientId: 'stolen' })
  await redis.command('FLUSHALL')
  await until(async () => Number(await redis.command('ZCARD', 'scopeward:{revocations}:index')) === 1, 'restored')
  expect(list.verdictOn(tokenOf({ clientId: 'stolen' }))).toBe('revoked')
  await list.close()
})

test.concurrent('a full Redis rejects a revocation, which holds here and goes out as soon as there is room', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const [list, other] = await Promise.all([readyList(redis), readyList(redis)])
  await redis.command('CONFIG', 'SET', 'maxmemory', 1)
  await expect(list.revoke({ tokenId: 'stolen' })).rejects.toThrow('OOM')
  expect([list, other].map(view => view.verdictOn(stolen))).toEqual(['revoked', 'not_revoked'])
  await until(() => list.problem?.includes('OOM') === true, 'it has tried again')
  expect(list.ageSeconds).toBeLessThan(2) // what can still be read is up to date
  await redis.command('CONFIG', 'SET', 'maxmemory', 0)
  await until(() => other.verdictOn(stolen) === 'revoked', 'it has arrived', 2000)
  await Promise.all([list.close(), other.close()])
})

test.concurrent('what was revoked during an outage goes out though the index is full of what has expired', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  let ahead = 0
  const options = { timeoutSeconds: 0.3, maxEntries: 2, retainSeconds: 60, clock: () => Date.now() + ahead }
  const [list, other] = await Promise.all([readyList(redis, options), readyList(redis, options)])
  for (const tokenId of ['1', '2']) await list.revoke({ tokenId })
  await until(() => other.verdictOn(shortLived('2', 0)) === 'revoked', 'they have arrived')
  ahead = 700_000
  for (const tokenId of ['1', '2']) await redis.command('DEL', `scopeward:{revocations}:entry:["token","${tokenId}"]`)
  redis.freeze()
  for (let n = 0; n < 3; n++) await expect(list.revoke({ tokenId: 'stolen' })).rejects.toThrow('did not answer')
  redis.thaw()
  await until(() => other.verdictOn(shortLived('stolen', ahead)) === 'revoked', 'it has arrived')
  await list.ready()
  expect(await redis.command('ZCARD', 'scopeward:{revocations}:index')).toBe(1)
  await Promise.all([list.close(), other.close()])
})

test.concurrent('a Redis that may have evicted revocations while in use gets them back, and a new process waits for that', async () => {
  await using redis = await startRedis(['--maxmemory', '50mb'])
  await redis.hasBeenInUse()
  const list = await readyList(redis)
  await list.revoke({ tokenId: 'stolen' })
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
  await until(() => list.problem?.includes('allkeys-lru') === true, 'it has looked', 1500)
  expect(await redis.command('DEL', 'scopeward:{revocations}:entry:["token","stolen"]')).toBe(1)
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  const late = listAt(redis)
  await until(() => late.verdictOn(stolen) === 'revoked', 'it was restored')
  expect(late.verdictOn(honest)).toBe('unknown')
  await Promise.all([list.close(), late.close()])
})

test.concurrent('a Redis whose clock was set back is believed five seconds later, and not when its clock has caught up', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const future = Date.now() + 3_600_000
  await redis.command('HSET', 'scopeward:{revocations}', 'since', future)
  const list = listAt(redis)
  await until(() => list.problem?.startsWith('Redis is new') === true, 'it has asked')
  expect(Number(await redis.command('HGET', 'scopeward:{revocations}', 'since'))).toBeLessThan(future - 3_500_000)
  expect(list.verdictOn(honest)).toBe('unknown')
  await list.close()
})

test.concurrent('a Redis that may evict revocations, or is a replica, is not believed', async () => {
  await using redis = await startRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'])
  await using replica = await startRedis(['--replicaof', `127.0.0.1 ${redis.port}`])
  const [evicting, behind] = [listAt(redis), listAt(replica)]
  await until(() => evicting.problem?.includes('maxmemory-policy is allkeys-lru') === true, 'it has asked')
  await until(() => behind.problem?.includes('UNFIT it is a replica') === true, 'it has asked')
  expect([evicting, behind].map(view => view.verdictOn(honest))).toEqual(['unknown', 'unknown'])
  await Promise.all([evicting.close(), behind.close()])
})

test.concurrent('what is no entry of ours is not passed over', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const list = await readyList(redis)
  const state = 'scopeward:{revocations}'
  await redis.command('SET', `${state}:entry:["group","a"]`, `5 ${Date.now() + 60_000}`)
  await redis.command('ZADD', `${state}:index`, 1, '["group","a"]')
  await redis.command('HINCRBY', state, 'sequence', 1)
  await until(() => list.problem === 'an entry is not one of ours', 'it has read it')
  await list.close()
})

test.concurrent('the channel scopeward:redis tells when a problem comes and goes', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const events: RedisEvent[] = []
  const hear = (event: unknown) => events.push(event as RedisEvent)
  const own = () => events.map(({ problem }) => problem).filter(problem => problem?.includes('0.234') ?? true)
  const list = await readyList(redis, { timeoutSeconds: 0.234 })
  channel('scopeward:redis').subscribe(hear)
  redis.freeze()
  await until(() => own().includes('Redis did not answer within 0.234 s'), 'it was told')
  redis.thaw()
  await list.ready()
  expect(events).toContainEqual({ part: 'revocation_list', problem: undefined })
  channel('scopeward:redis').unsubscribe(hear)
  await list.close()
})

test.concurrent('a server that accepts connections and says nothing is not waited for: a new connection is tried', async () => {
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const list = await readyList(redis, { timeoutSeconds: 0.2 })
  const connections = async () => Number(await redis.info('stats', 'total_connections_received'))
  const before = await connections()
  redis.freeze()
  await new Promise(resolve => setTimeout(resolve, 6500))
  redis.thaw()
  await list.ready()
  expect(await connections()).toBeGreaterThan(before)
  await list.close()
})
