import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startRedis } from '../../packages/redis/test/support/redis-server.ts'

/** As 100,000 calls of `revoke({ tokenId, issuer })` write it, in one go. */
const REVOKE_MANY = `
for n = 1, 100000 do
  local name = string.format('["token","00000000-0000-4000-8000-%012d","https://login.example.com"]', n)
  redis.call('SET', KEYS[1] .. ':entry:' .. name, '9007199254740991 ' .. ARGV[1], 'PX', 600000)
  redis.call('ZADD', KEYS[1] .. ':index', n, name)
end
return redis.call('HSET', KEYS[1], 'sequence', 100000)
`

test('a view of 100,000 revocations takes less than 30 MB, and is complete', async () => {
  await using redis = await startRedis()
  await Promise.all(['few', 'many'].map(keyPrefix => redis.hasBeenInUse(keyPrefix)))
  await redis.command('EVAL', REVOKE_MANY, 1, 'many:{revocations}', Date.now() + 600_000)
  const script = fileURLToPath(new URL('support/view-memory.mjs', import.meta.url))
  const [measured] = await once(fork(script, [redis.url], { execArgv: ['--expose-gc'] }), 'message')
  const { resident, rss, heap, milliseconds, verdicts } = measured
  console.log(
    `100,000 revocations: ${resident.toFixed(1)} MB resident (${rss.toFixed(1)} MB with empty pages of the heap), ${heap.toFixed(1)} MB of heap, read in ${Math.round(milliseconds)} ms`,
  )
  expect(verdicts).toEqual(['revoked', 'revoked', 'not_revoked'])
  expect(resident).toBeLessThan(30)
  expect(heap).toBeLessThan(30)
})
