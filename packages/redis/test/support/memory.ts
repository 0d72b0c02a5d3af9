import type { RedisClient } from '../../src/index.ts'

const AGED = `
local server = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
local time = redis.call('TIME')
local since = time[1] * 1000 + math.floor(time[2] / 1000) - 60000
if ARGV[1] == 'proofs' then return redis.call('SET', KEYS[1], string.format('%d %s', since, server)) end
return redis.call('HSET', KEYS[1], 'server', server, 'since', string.format('%d', since))
`

export function markersOf(keyPrefix: string): readonly string[] {
  return Array.from({ length: 16 }, (_, bucket) => `${keyPrefix}:{proofs-${bucket}}:since`)
}

/** Has a Redis say that it has been in use for a minute, so that a test need not wait until it may be believed. */
export async function hasBeenInUse(template: RedisClient, keyPrefix = 'scopeward'): Promise<void> {
  const client = template.duplicate()
  client.on('error', () => undefined)
  await client.connect()
  const commands = client.withCommandOptions({ timeout: 0, typeMapping: {} })
  const markers = markersOf(keyPrefix)
  await Promise.all([
    ...markers.map(marker => commands.eval(AGED, { keys: [marker], arguments: ['proofs'] })),
    commands.eval(AGED, { keys: [`${keyPrefix}:{revocations}`], arguments: ['revocations'] }),
  ])
  await client.destroy()
}

/** To be run on all sixteen markers: they are older by so many milliseconds. */
export const OLDER = `
for _, marker in ipairs(KEYS) do
  local since, server = string.match(redis.call('GET', marker), '^(%d+) (%x+)$')
  redis.call('SET', marker, string.format('%d', since - ARGV[1]) .. ' ' .. server)
end
`
