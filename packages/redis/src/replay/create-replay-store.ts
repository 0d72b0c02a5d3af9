import { ConfigurationError, type ReplayStore, type SeenProof } from '@scopeward/core'
import { Connection } from '../connection.ts'
import {
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  describe,
  parseConnectionOptions,
  requireClient,
} from '../options.ts'
import type { RedisClient } from '../redis-client.ts'
import { RedisUnavailable } from '../redis-unavailable.ts'
import { replayScript } from './replay-script.ts'

/** How proofs are shared over Redis. */
export interface ReplayStoreOptions extends ConnectionOptions {
  /** The time, in milliseconds since the epoch; that of the resource server. Default: `Date.now`. */
  readonly clock?: () => number
}

/** Proofs that every process with the same Redis remembers. */
export interface RedisReplayStore extends ReplayStore {
  /**
   * Resolves to whether the proof is new.
   * @throws RedisUnavailable where nobody can say: Redis is not connected, does not answer in time, refuses (full, read-only,
   * in failover), or has lost its memory since the proof was made
   */
  remember(proof: SeenProof): Promise<boolean>
  /**
   * Resolves as soon as a proof that is made now would be accepted, at once where that is so: 15 seconds after a Redis was
   * first used, or has lost its memory. Waits for as long as Redis is away. Rejects when closed meanwhile.
   */
  ready(): Promise<void>
  /** What is wrong with Redis, for operators; `undefined`: nothing. As of at most a second ago. */
  readonly problem: string | undefined
  /** Ends the connection; from then on no proof is accepted. */
  close(): Promise<void>
}

/** How far ahead of its time a proof may be dated; resource servers refuse what is dated further ahead. */
const AHEAD_MILLISECONDS = 10_000

/** By how much the clocks of processes that share a Redis may differ. */
const CLOCKS_DIFFER_MILLISECONDS = 5000

/** Of two proofs, the one that was used first may be dated later by so much. */
const MARGIN_MILLISECONDS = AHEAD_MILLISECONDS + CLOCKS_DIFFER_MILLISECONDS

/** The keys of a cluster are placed by the part in braces; one for all proofs would put the whole load on one node. */
const BUCKETS = 16

const BEAT_MILLISECONDS = 1000

/**
 * For the option `dpop.replayStore`: remembers proofs in Redis (or Valkey), for all processes together. Never connects the
 * client given, but opens a connection of its own like it; so it returns at once, whether Redis is there or not.
 *
 * A Redis that was restarted, flushed or failed over may have forgotten proofs. It is recognised by the server itself, by
 * its replication id, and refuses what was made before that, and 15 seconds on: proofs may be dated ahead. So does one that
 * may drop what has not expired (`maxmemory-policy`), until it may not any more.
 * @throws ConfigurationError `option_unknown`, `option_invalid`
 */
export function createReplayStore(client: RedisClient, options: ReplayStoreOptions = {}): RedisReplayStore {
  requireClient(client, 'createReplayStore()')
  requireKnownOptions(options)
  const { clock = Date.now } = options
  if (typeof clock !== 'function') {
    throw new ConfigurationError('option_invalid', `Option "clock" must be a function, not ${describe(clock)}.`)
  }
  return new SharedReplayStore(client, { ...parseConnectionOptions(options), clock })
}

class SharedReplayStore implements RedisReplayStore {
  readonly #connection: Connection
  readonly #clock: () => number
  readonly #timeoutMilliseconds: number
  readonly #markers: readonly string[]
  readonly #proofs: readonly string[]
  /** Since when each bucket remembers, as far as is known. */
  readonly #since = new Array<number | undefined>(BUCKETS).fill(undefined)

  constructor(client: RedisClient, settings: ReturnType<typeof parseConnectionOptions> & { clock: () => number }) {
    const { keyPrefix, timeoutMilliseconds, clock } = settings
    this.#clock = clock
    this.#timeoutMilliseconds = timeoutMilliseconds
    const buckets = Array.from({ length: BUCKETS }, (_, index) => `${keyPrefix}:{proofs-${index}}`)
    this.#markers = buckets.map(bucket => `${bucket}:since`)
    this.#proofs = buckets.map(bucket => `${bucket}:proof:`)
    this.#connection = new Connection(client, {
      part: 'replay_store',
      timeoutMilliseconds,
      beatMilliseconds: BEAT_MILLISECONDS,
      beat: () => this.#lookAfter(),
    })
    Object.freeze(this)
  }

  get problem(): string | undefined {
    return this.#connection.problem
  }

  ready(): Promise<void> {
    return this.#connection.ready()
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  async remember({ key, issuedAt, expiresAt }: SeenProof): Promise<boolean> {
    const now = this.#clock()
    // Else nobody could tell which proofs a Redis without memory may have seen. Servers refuse such; here it must not depend
    // on that.
    if (!(issuedAt <= now + AHEAD_MILLISECONDS)) {
      throw new RedisUnavailable('the proof is dated more than 10 seconds ahead')
    }
    const bucket = key.charCodeAt(0) % BUCKETS
    const keys = [this.#markers[bucket] as string, (this.#proofs[bucket] as string) + key]
    // Until nobody who is asked to remember it any more can still be waiting for the answer.
    const leftMilliseconds = Math.max(expiresAt - now, 0) + this.#timeoutMilliseconds
    const lifeMilliseconds = Math.ceil(leftMilliseconds + CLOCKS_DIFFER_MILLISECONDS)
    const askedAt = performance.now()
    const values = [now - issuedAt + MARGIN_MILLISECONDS, lifeMilliseconds]
    const laterMilliseconds = (await replayScript.run(this.#connection, keys, values)) as number
    if (laterMilliseconds === 0) return false
    if (laterMilliseconds < 0) throw this.#forgotten(bucket, -laterMilliseconds)
    // Redis has reckoned with the age of when it was asked: on the way, the proof may have grown older by so much.
    if (laterMilliseconds > performance.now() - askedAt) return true
    throw new RedisUnavailable('Redis took too long to say whether it may have forgotten the proof')
  }

  #forgotten(bucket: number, since: number): RedisUnavailable {
    if (since !== this.#since[bucket]) {
      this.#since[bucket] = since
      // The other buckets have lost their memory too: the earlier they say so, the earlier they are of use again.
      this.#connection.beat()
    }
    return new RedisUnavailable(forgotten(since))
  }

  /** Every bucket, whatever becomes of the others: one that is not looked at is trusted. */
  async #lookAfter(): Promise<string | undefined> {
    const touches = this.#markers.map((_, bucket) => this.#touch(bucket))
    await Promise.allSettled(touches)
    const young = (await Promise.all(touches)).find(({ ageMilliseconds }) => ageMilliseconds <= MARGIN_MILLISECONDS)
    return young && forgotten(young.since)
  }

  async #touch(bucket: number): Promise<{ since: number; ageMilliseconds: number }> {
    const reply = await replayScript.run(this.#connection, [this.#markers[bucket] as string], [])
    const [since, now] = reply as [number, number]
    this.#since[bucket] = since
    return { since, ageMilliseconds: now - since }
  }
}

function forgotten(since: number): string {
  return `Redis remembers proofs since ${new Date(since).toISOString()} only, and may have forgotten older ones`
}

function requireKnownOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('option_invalid', 'createReplayStore() takes an options object, or none.')
  }
  const known = [...CONNECTION_OPTIONS, 'clock']
  const unknown = Object.keys(options).find(name => !known.includes(name))
  if (unknown === undefined) return
  throw new ConfigurationError(
    'option_unknown',
    `createReplayStore() has no option "${unknown}". Known: ${known.join(', ')}.`,
  )
}
