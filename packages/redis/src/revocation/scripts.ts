import { EVICTION, SERVER } from '../fitness.ts'
import { Script } from '../script.ts'

/**
 * What changed after a number in the sequence, oldest first. Also how a process sees that its view is up to date.
 *
 * KEYS  1 the state: of which server it is, since when, and the last number of the sequence
 *       2 the index: what is revoked, by its number
 * ARGV  1 after which number  2 at most how many
 *
 * The name of the state (with a prefix of the client, if it has one), the generation (another one where the server may have
 * lost entries), how old that is in milliseconds by the server's clock, the last number, and names and numbers in turns.
 */
export const changesScript: Script = new Script(`${SERVER}${EVICTION}
local unfit = eviction()
if unfit then
  -- Something may be missing from now on. Not deleted: the sequence must go on. Where it is full, being unfit is the news.
  redis.pcall('HSET', KEYS[1], 'server', '')
  return unfit
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'server', 'since', 'sequence')
-- Also where the clock was set back: what is yet to come would be young for as long.
if state[1] ~= server or tonumber(state[2]) > now then
  state[2] = tostring(now)
  redis.call('HSET', KEYS[1], 'server', server, 'since', state[2])
end
local changes = redis.call('ZRANGE', KEYS[2], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
return { KEYS[1], server .. ' ' .. state[2], now - state[2], tonumber(state[3] or 0), changes }
`)

/**
 * The entries of some names; names whose entries have expired are struck off the index.
 *
 * KEYS  1 the index  2… the entries
 * ARGV  1… their names
 */
export const readScript: Script = new Script(`
local entries = {}
for i, name in ipairs(ARGV) do
  local entry = redis.call('GET', KEYS[i + 1])
  if not entry then redis.call('ZREM', KEYS[1], name) end
  entries[i] = entry or ''
end
return entries
`)

/**
 * Adds entries, or makes those that are there reach further: there is no way to take one back. Tells every process.
 *
 * KEYS  1 the state  2 the index  3… the entries
 * ARGV  1 how many the index may hold  2… name, issuedBefore, expiresAt and remaining milliseconds of each
 *
 * 1, or 0 where there is no room: then nothing was added.
 */
export const writeScript: Script = new Script(`
local news = {}
local added = 0
for i = 3, #KEYS do
  local at = 2 + (i - 3) * 4
  local entry = { key = KEYS[i], name = ARGV[at], before = ARGV[at + 1], expires = ARGV[at + 2], life = ARGV[at + 3] }
  local before, expires = string.match(redis.call('GET', entry.key) or '', '^(%S+) (%S+)$')
  if not before then
    added = added + 1
    news[#news + 1] = entry
  elseif tonumber(before) < tonumber(entry.before) or tonumber(expires) < tonumber(entry.expires) then
    if tonumber(before) > tonumber(entry.before) then entry.before = before end
    if tonumber(expires) > tonumber(entry.expires) then
      entry.expires = expires
      entry.life = redis.call('PTTL', entry.key)
    end
    news[#news + 1] = entry
  end
end
if #news == 0 then return 1 end
if added > 0 and redis.call('ZCARD', KEYS[2]) + added > tonumber(ARGV[1]) then return 0 end
for _, entry in ipairs(news) do
  redis.call('SET', entry.key, entry.before .. ' ' .. entry.expires, 'PX', entry.life)
  redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[1], 'sequence', 1), entry.name)
  redis.call('PEXPIRE', KEYS[2], entry.life, 'NX')
  redis.call('PEXPIRE', KEYS[2], entry.life, 'GT')
end
redis.call('PUBLISH', KEYS[1], '')
return 1
`)
