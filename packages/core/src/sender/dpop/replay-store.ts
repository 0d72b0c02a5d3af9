import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { ReplayStore, SeenProof } from '../../options/replay-store.ts'
import { functionOption, numberOption, refuseUnknownNames } from '../../options/validate.ts'
import { isJsonObject } from '../../shared/json.ts'

/** How much the memory of one process holds. */
export interface ReplayStoreOptions {
  /** How many live proofs are kept; beyond that every proof is answered with 503. Default: 500,000 (about 60 MB when full). */
  readonly maxEntries?: number
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

/** Entries that expire within the same span are forgotten together. */
const SLOT_MILLISECONDS = 1000

/**
 * Remembers proofs in the memory of this process. Bounded, and fails closed: it drops no proof that could still be used, so
 * when it is full it throws. Does not know what other processes accepted.
 * @throws ConfigurationError `option_unknown`, `option_invalid`
 */
export function createReplayStore(options: ReplayStoreOptions = {}): ReplayStore {
  if (!isJsonObject(options as unknown)) {
    throw new ConfigurationError('option_invalid', 'createReplayStore() takes an options object, or none.')
  }
  refuseUnknownNames(options, ['maxEntries', 'clock'], 'createReplayStore()')
  const { maxEntries, clock } = options
  return new MemoryReplayStore(
    numberOption('maxEntries', maxEntries, { from: 1, to: 10_000_000, fallback: 500_000, integer: true }),
    functionOption('clock', clock, Date.now),
  )
}

class MemoryReplayStore implements ReplayStore {
  readonly #maxEntries: number
  readonly #clock: () => number
  readonly #live = new Set<string>()
  /** By the second in which they expire. */
  readonly #slots = new Map<number, string[]>()
  /** The last slot that was forgotten. Needed only after a clock that stepped back. */
  #forgotten = Number.NEGATIVE_INFINITY

  constructor(maxEntries: number, clock: () => number) {
    this.#maxEntries = maxEntries
    this.#clock = clock
    Object.freeze(this)
  }

  remember({ key, expiresAt }: SeenProof): boolean {
    if (this.#live.has(key)) return false
    if (this.#live.size >= this.#maxEntries) this.#forgetExpired()
    const slot = Math.ceil(expiresAt / SLOT_MILLISECONDS)
    if (slot <= this.#forgotten) throw new RangeError('the replay store may have forgotten this proof')
    const keys = this.#slots.get(slot)
    if (keys === undefined) {
      // Once a second under load, which keeps the rest of the work off the path of single requests.
      this.#forgetExpired()
      this.#slots.set(slot, [key])
    } else keys.push(key)
    this.#live.add(key)
    return true
  }

  #forgetExpired(): void {
    const now = this.#clock()
    for (const [slot, keys] of this.#slots) {
      if (!(slot * SLOT_MILLISECONDS <= now)) continue
      for (const key of keys) this.#live.delete(key)
      this.#slots.delete(slot)
      this.#forgotten = Math.max(this.#forgotten, slot)
    }
    if (this.#live.size >= this.#maxEntries) throw new RangeError('the replay store is full')
  }
}
