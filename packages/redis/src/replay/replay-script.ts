import { EVICTION, SERVER } from '../fitness.ts'
import { Script } from '../script.ts'

/**
 * Times are those of Redis, whatever its clock shows: a process says how long ago a proof was made, and not when. The clock
 * of a process that is wrong would be remembered for all of them.
 *
 * KEYS  1 the marker: since when, and under which server id, proofs are remembered here
 *       2 the proof; without it only the marker is looked after
 * ARGV  1 milliseconds: how long ago the proof was made, and what clocks may differ  2 for how long to remember it
 *
 * Without a proof: since when, and what time it is. With one: 0, seen before; above 0, first seen, and made by so many
 * milliseconds later than it had to be; below 0, nothing can be said, because it may have been seen before this moment.
 */
export const replayScript: Script = new Script(`${SERVER}${EVICTION}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = tonumber(string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) ' .. server .. '$'))
-- The clock was set back. From now on is always true.
if since and since > now then since = nil end
if not since or not KEYS[2] then
  local unfit = eviction()
  if unfit then
    redis.call('DEL', KEYS[1])
    return unfit
  end
  since = since or now
  -- Written again when only looked after: that fails where proofs could not be written either.
  redis.call('SET', KEYS[1], string.format('%d', since) .. ' ' .. server)
end
if not KEYS[2] then return { since, now } end
local later = math.floor(now - ARGV[1]) - since
if later <= 0 then
  if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
  return -since
end
if redis.call('SET', KEYS[2], '', 'NX', 'PX', ARGV[2]) then return later end
return 0
`)
