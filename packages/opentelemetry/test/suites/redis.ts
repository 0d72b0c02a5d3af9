import { channel } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import type { RedisEvent } from '../../../redis/src/index.ts'
import { readyStore } from '../../../redis/test/support/proofs.ts'
import { startRedis } from '../../../redis/test/support/redis-server.ts'
import { until } from '../../../redis/test/support/until.ts'
import { instrumented } from '../support/telemetry.ts'

test('a replay store in Redis shows as available, and no longer once Redis is gone', async () => {
  const { values } = instrumented()
  await using redis = await startRedis()
  await redis.hasBeenInUse()
  const store = await readyStore(redis)
  const available = async () => values('scopeward.redis.available')
  const part = { 'scopeward.redis.part': 'replay_store' }
  expect(await available()).toEqual([[part, 1]])
  await redis.kill()
  await until(() => store.problem !== undefined, 'it has noticed')
  expect(await available()).toEqual([[part, 0]])
  await store.close()
})

test('the revocation list is told apart from the replay store, and comes back', async () => {
  const { values } = instrumented()
  const publish = (event: RedisEvent): void => channel('scopeward:redis').publish(event)
  publish({ part: 'replay_store', problem: undefined })
  publish({ part: 'revocation_list', problem: 'it does not answer' })
  const [store, list] = [{ 'scopeward.redis.part': 'replay_store' }, { 'scopeward.redis.part': 'revocation_list' }]
  expect(await values('scopeward.redis.available')).toEqual([
    [store, 1],
    [list, 0],
  ])
  publish({ part: 'revocation_list', problem: undefined })
  expect(await values('scopeward.redis.available')).toEqual([
    [store, 1],
    [list, 1],
  ])
})
