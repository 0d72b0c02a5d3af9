import { integerOption, invalid, numberOption, requireKnown, textOption } from '../options.ts'
import type { UsageRecord } from '../record.ts'
import { DayRecords } from './day-records.ts'
import { type CommandsOf, type UsageRedisClient, withConnection } from './redis-connection.ts'
import { countersOf, UNTOLD } from './usage-counters.ts'
import type { UsageSink } from './usage-sink.ts'

/** How counts are kept in Redis. */
export interface RedisSinkOptions {
  /** What the names of keys begin with. APIs with different vocabularies use different ones. Default: `'scopeward'`. */
  readonly prefix?: string
  /** How long the counts of a day are kept after it. Unit: seconds, 86,400 to 63,072,000. Default: 2,592,000, 30 days. */
  readonly retainSeconds?: number
  /**
   * How many different counters a day may have, of all processes together; beyond, clients are not told apart. A counter
   * takes about half a kilobyte of Redis. 1 to 10,000,000. Default: 500,000.
   */
  readonly maxCounters?: number
  /** Within which Redis has to take them. Unit: seconds, 0.1 to 600. Default: 10. */
  readonly timeoutSeconds?: number
}

/** Which counts are read. */
export interface ReadUsageOptions {
  /** As for `redisSink`. Default: `'scopeward'`. */
  readonly prefix?: string
  /** The days before today that are read. 0 to 730. Default: 30. */
  readonly days?: number
  /** Within which Redis has to give them. Unit: seconds, 0.1 to 600. Default: 60. */
  readonly timeoutSeconds?: number
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

/** One atomic operation: all counters of a batch, or none. */
const ADD = `
local key, seconds, max = KEYS[1], ARGV[1], tonumber(ARGV[2])
local untold = { use = ARGV[3], denied = ARGV[4] }
for index = 5, #ARGV, 2 do
  local counter, count = ARGV[index], ARGV[index + 1]
  if redis.call('HLEN', key) >= max and redis.call('HEXISTS', key, counter) == 0 then
    counter = untold[string.match(counter, '^%["(%a+)"')]
  end
  if counter then redis.call('HINCRBY', key, counter, count) end
end
redis.call('EXPIRE', key, seconds)
`

const SCAN = "return redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 1000)"

const DAY_MILLISECONDS = 86_400_000

/** A script holds up everybody else; this many take about 10 ms. */
const COUNTERS_AT_ONCE = 10_000

/**
 * Adds the counts of all processes up in Redis, in one hash for each day (UTC). Never connects the client given, but opens a
 * connection of its own like it for each flush. A flush whose answer is lost may be counted twice.
 * @throws ConfigurationError `option_unknown`, `option_invalid`
 */
export function redisSink(client: UsageRedisClient, options: RedisSinkOptions = {}): UsageSink {
  requireClient(client, 'redisSink()')
  requireKnown('redisSink()', options, ['prefix', 'retainSeconds', 'maxCounters', 'timeoutSeconds'])
  const prefix = textOption('prefix', options.prefix, 'scopeward')
  const retainSeconds = integerOption('retainSeconds', options.retainSeconds, {
    from: 86_400,
    to: 63_072_000,
    fallback: 2_592_000,
  })
  const max = integerOption('maxCounters', options.maxCounters, { from: 1, to: 10_000_000, fallback: 500_000 })
  const seconds = numberOption('timeoutSeconds', options.timeoutSeconds, { from: 0.1, to: 600, fallback: 10 })
  return Object.freeze({
    write: (records: readonly UsageRecord[]) =>
      withConnection(client, seconds, async commands => {
        for (const [day, counters] of countersByDay(records)) {
          const key = keyOf(prefix, day)
          for (let start = 0; start < counters.length; start += COUNTERS_AT_ONCE) {
            const pairs = counters
              .slice(start, start + COUNTERS_AT_ONCE)
              .flatMap(([name, count]) => [name, String(count)])
            const given = [
              String(retainSeconds + DAY_MILLISECONDS / 1000),
              String(max),
              UNTOLD.use,
              UNTOLD.denied,
              ...pairs,
            ]
            await commands.eval(ADD, { keys: [key], arguments: given })
          }
        }
      }),
  })
}

/**
 * What all processes have counted: the same as `readUsageFile`, with records of whole days.
 * @throws ConfigurationError `option_unknown`, `option_invalid`; what Redis fails with
 */
export async function readUsage(
  client: UsageRedisClient,
  options: ReadUsageOptions = {},
): Promise<readonly UsageRecord[]> {
  requireClient(client, 'readUsage()')
  requireKnown('readUsage()', options, ['prefix', 'days', 'timeoutSeconds', 'clock'])
  const prefix = textOption('prefix', options.prefix, 'scopeward')
  const days = integerOption('days', options.days, { from: 0, to: 730, fallback: 30 })
  const seconds = numberOption('timeoutSeconds', options.timeoutSeconds, { from: 0.1, to: 600, fallback: 60 })
  const now = (options.clock ?? Date.now)()
  return withConnection(client, seconds, async commands => {
    const records: UsageRecord[] = []
    for (let ago = days; ago >= 0; ago--) {
      const day = dayOf(now - ago * DAY_MILLISECONDS)
      const found = new DayRecords(`${day}T00:00:00.000Z`, endOf(day, now))
      for (const [name, count] of await scan(commands, keyOf(prefix, day))) found.add(name, count)
      records.push(...found.records())
    }
    return records
  })
}

/** A field that the scan passes twice, because the hash grew meanwhile, is one field. */
async function scan(commands: CommandsOf<UsageRedisClient>, key: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  let cursor = '0'
  do {
    const reply = (await commands.eval(SCAN, { keys: [key], arguments: [cursor] })) as [unknown, readonly unknown[]]
    cursor = String(reply[0])
    for (let index = 0; index < reply[1].length; index += 2) {
      found.set(String(reply[1][index]), Number(reply[1][index + 1]))
    }
  } while (cursor !== '0')
  return found
}

function countersByDay(records: readonly UsageRecord[]): ReadonlyMap<string, readonly (readonly [string, number])[]> {
  const byDay = new Map<string, (readonly [string, number])[]>()
  for (const record of records) {
    const day = dayOf(Date.parse(record.to))
    const counters = byDay.get(day) ?? []
    byDay.set(day, counters)
    for (const counter of countersOf(record)) counters.push(counter)
  }
  return byDay
}

function keyOf(prefix: string, day: string): string {
  return `${prefix}:usage:${day}`
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** Today has not ended. */
function endOf(day: string, now: number): string {
  return new Date(Math.min(Date.parse(day) + DAY_MILLISECONDS, now)).toISOString()
}

function requireClient(client: unknown, where: string): asserts client is UsageRedisClient {
  const methods = ['duplicate', 'connect', 'destroy', 'on', 'withCommandOptions']
  const isClient = (methods as (keyof UsageRedisClient)[]).every(
    name => typeof (client as Partial<UsageRedisClient> | undefined)?.[name] === 'function',
  )
  if (isClient) return
  throw invalid('client', `a client of the package "redis", as the first argument of ${where}`, client)
}
