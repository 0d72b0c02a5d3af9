import { ConfigurationError } from '../errors/configuration-error.ts'
import type { RevocableToken, RevocationList, RevocationVerdict } from '../options/revocation-list.ts'
import { functionOption, numberOption, refuseUnknownNames } from '../options/validate.ts'
import { isJsonObject } from '../shared/json.ts'
import { parseRevocation, type Revocation } from './parse-revocation.ts'
import { RevocationTable } from './revocation-table.ts'

/** How much the list of one process holds, and for how long. */
export interface RevocationListOptions {
  /** Unit: entries, at most 10,000,000. Default: 100,000 (about 20 MB). */
  readonly maxEntries?: number
  /**
   * How long a revocation is kept. Must be as long as tokens live: one that lives longer is refused as revoked, because its
   * revocation could be forgotten before it expires. Unit: seconds, 60 to 31,536,000. Default: 2,592,000 (30 days).
   */
  readonly retainSeconds?: number
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

/** What was revoked in this process. */
export interface MemoryRevocationList extends RevocationList {
  /**
   * Takes tokens back, from the next request on, for servers in this process.
   * @throws ConfigurationError for a revocation that names nothing, or too much
   * @throws RangeError where the list is full: nothing is dropped, and this revocation does not hold
   */
  revoke(revocation: Revocation): void
}

/**
 * For the option `revocation`: a list in the memory of one process, gone when it ends. Several processes share the one of
 * `@scopeward/redis`.
 * @throws ConfigurationError `option_unknown`, `option_invalid`
 */
export function createRevocationList(options: RevocationListOptions = {}): MemoryRevocationList {
  const parsed = parseRevocationListOptions(options, 'createRevocationList()')
  const table = new RevocationTable(parsed)
  return Object.freeze({
    revoke: (revocation: Revocation) => table.add(parseRevocation(revocation, parsed)),
    verdictOn: (token: RevocableToken): RevocationVerdict => (table.covers(token) ? 'revoked' : 'not_revoked'),
  })
}

/** Options checked and completed, for lists elsewhere. @throws ConfigurationError `option_unknown`, `option_invalid` */
export function parseRevocationListOptions(
  options: RevocationListOptions,
  where: string,
  added: readonly string[] = [],
): Required<RevocationListOptions> {
  if (!isJsonObject(options as unknown))
    throw new ConfigurationError('option_invalid', `${where} takes an options object, or none.`)
  refuseUnknownNames(options, ['maxEntries', 'retainSeconds', 'clock', ...added], where)
  const { maxEntries, retainSeconds, clock } = options
  return Object.freeze({
    maxEntries: numberOption('maxEntries', maxEntries, { from: 1, to: 10_000_000, fallback: 100_000, integer: true }),
    retainSeconds: numberOption('retainSeconds', retainSeconds, { from: 60, to: 31_536_000, fallback: 2_592_000 }),
    clock: functionOption('clock', clock, Date.now),
  })
}
