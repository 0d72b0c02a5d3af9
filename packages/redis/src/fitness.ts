/**
 * Lua for the beginning of scripts. `server` is the replication id: Redis takes another one with every start, every failover
 * and every way back, so what was written under another id may be incomplete: the last writes had not been saved or replicated.
 * The script cache is no such sign: a former master that is promoted again still has its scripts, but not all writes.
 */
export const SERVER: string = `
local replication = redis.call('INFO', 'replication')
local server = string.match(replication, 'master_replid:(%x+)')
if not server then return redis.error_reply('UNFIT INFO replication names no master_replid') end
if not string.find(replication, 'role:master', 1, true) then
  return redis.error_reply('UNFIT it is a replica, and could be behind')
end
`

/** Whether this Redis may drop what has not expired. */
export const EVICTION: string = `
local function eviction()
  local memory = redis.call('INFO', 'memory')
  local policy = string.match(memory, 'maxmemory_policy:(%S+)')
  if string.match(memory, 'maxmemory:(%d+)') ~= '0' and policy ~= 'noeviction' then
    return redis.error_reply('UNFIT its maxmemory-policy is ' .. policy .. ', which drops entries: set it to noeviction')
  end
end
`
