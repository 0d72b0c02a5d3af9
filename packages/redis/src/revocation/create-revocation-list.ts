import {
  type RevocationListOptions as MemoryOptions,
  parseRevocationListOptions,
  type Revocation,
  type RevocationList,
} from '@scopeward/core'
import {
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  parseConnectionOptions,
  requireClient,
  secondsOption,
} from '../options.ts'
import type { RedisClient } from '../redis-client.ts'
import { SharedRevocationList } from './shared-revocation-list.ts'

/** How revocations are shared over Redis, and how much of them this process holds. */
export interface RevocationListOptions extends ConnectionOptions, MemoryOptions {
  /**
   * How old the view of this process may be: when it has not been able to ask Redis for longer, `verdictOn` says `unknown`,
   * and requests are answered with 503. A revocation that Redis cannot pass on is unheard of for as long. Unit: seconds,
   * 2 to 3600. Default: 30.
   */
  readonly maxAgeSeconds?: number
}

/** What was revoked in any of the processes with the same Redis. */
export interface RedisRevocationList extends RevocationList {
  /**
   * Takes tokens back. Resolves when Redis has it; the other processes act on it some milliseconds later, within a second
   * even where no message reaches them.
   *
   * Rejects with `RedisUnavailable` where Redis could not be told: this process refuses the tokens all the same, and tells
   * Redis as soon as it is back; should the process end before that, nobody knows of it. So does the same call again.
   * @throws ConfigurationError for a revocation that names nothing, or too much
   * @throws RangeError where Redis holds `maxEntries` already, or cannot be told and this process holds as many: nothing is
   * dropped, and this revocation does not hold. A process with a lower `maxEntries` than Redis has entries answers 503.
   */
  revoke(revocation: Revocation): Promise<void>
  /** How long ago this process knew all that Redis knew. `Infinity`: it never did. */
  readonly ageSeconds: number
  /**
   * Resolves as soon as Redis and this process know the same, at once where that is so. Waits for as long as Redis is away or
   * `problem` names anything else, though requests go on meanwhile with a view that is young enough. Rejects when closed
   * meanwhile.
   */
  ready(): Promise<void>
  /** What is wrong with Redis, for operators; `undefined`: nothing. As of at most half a second ago. */
  readonly problem: string | undefined
  /** Ends the connection. The view stays as it is, and ages. */
  close(): Promise<void>
}

/**
 * For the option `revocation`: a list that processes share over Redis (or Valkey). Each has a view of its own in memory,
 * so a request makes no round trip. Never connects the client given, but opens a connection of its own like it; so it returns
 * at once, whether Redis is there or not, and until it was the verdict is `unknown`.
 *
 * Nothing is taken out of a view before it expires: a Redis that has lost its memory gets it back from the processes. What
 * neither Redis nor a process remembers is forgotten: let Redis save to disk (`appendonly yes`).
 * @throws ConfigurationError `option_unknown`, `option_invalid`
 */
export function createRevocationList(client: RedisClient, options: RevocationListOptions = {}): RedisRevocationList {
  requireClient(client, 'createRevocationList()')
  const parsed = parseRevocationListOptions(options, 'createRevocationList()', [...CONNECTION_OPTIONS, 'maxAgeSeconds'])
  const maxAgeSeconds = secondsOption('maxAgeSeconds', options.maxAgeSeconds, { from: 2, to: 3600, fallback: 30 })
  return new SharedRevocationList(client, { ...parsed, ...parseConnectionOptions(options), maxAgeSeconds })
}
