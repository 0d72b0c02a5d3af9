import { until } from '../../../packages/redis/test/support/until.ts'
import { bothHaveAsked, type RedisFault } from './redis-experiment.ts'
import { REDIS_TIMEOUT_SECONDS } from './redis-rig.ts'

const SLOW_MILLISECONDS = 100
const TOO_SLOW_MILLISECONDS = 2 * REDIS_TIMEOUT_SECONDS * 1000

const slow = (name: string, delayMilliseconds: number): RedisFault => ({
  name,
  begin: ({ proxy }) => {
    proxy.delayMilliseconds = delayMilliseconds
  },
  end: ({ proxy }) => {
    proxy.delayMilliseconds = 0
  },
})

export const REDIS_FAULTS: readonly RedisFault[] = [
  { name: 'is well', begin: () => undefined, end: () => undefined },
  {
    name: 'killed, and started again without data',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.start(),
    losesMemory: true,
  },
  { name: 'frozen', begin: ({ redis }) => redis.freeze(), end: ({ redis }) => redis.thaw() },
  slow('slow, within `timeoutSeconds`', SLOW_MILLISECONDS),
  slow('slower than `timeoutSeconds`', TOO_SLOW_MILLISECONDS),
  {
    name: 'full (`maxmemory`, `noeviction`)',
    begin: async ({ redis }) => void (await redis.command('CONFIG', 'SET', 'maxmemory', 1)),
    end: async ({ redis }) => void (await redis.command('CONFIG', 'SET', 'maxmemory', 0)),
  },
  {
    name: 'restarted without data',
    begin: async rig => {
      await rig.redis.kill()
      await rig.redis.start()
      await until(() => rig.revocation.problem !== undefined, 'it has noticed')
      await bothHaveAsked(rig)
    },
    end: () => undefined,
    losesMemory: true,
    isShort: true,
  },
]
