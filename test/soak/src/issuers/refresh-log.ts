import type { TestKey } from '@scopeward/testing'
import type { Pulse } from '../oracle/pulse.ts'
import { FETCH_TIMEOUT_SECONDS } from '../rules.ts'

/** What a resource server knows of an issuer: its keys, and whether fetching them fails these days. */
export interface Knowledge {
  readonly keys: readonly TestKey[]
  readonly failing: boolean
  /** The number of the refresh that this comes from. */
  readonly refresh: number
}

/** What the fetch of a key set runs into. `delayed`: the keys come, but wait for metadata that does not. */
export type FetchFault = 'none' | 'delayed' | 'at once' | 'slow' | 'slow body'

/** Times in milliseconds since the epoch. */
interface Refresh {
  /** When the issuer heard of it, before which nothing can have come of it. */
  readonly startedAt: number
  /** By whom fetches. */
  readonly sentAt: number
  keys: readonly TestKey[]
  readonly fault: FetchFault
  /** When the issuer had answered; it may never have. */
  finishedAt: number | undefined
  /** When the next one started. There is one at a time, so this one has had its effect by then. */
  supersededAt: number | undefined
  /** When an answer was there that nothing older explains. */
  witnessedAt: number | undefined
  witnessed: 'succeeded' | 'failed' | undefined
}

const TIMEOUT_MILLISECONDS = FETCH_TIMEOUT_SECONDS * 1000
/** Metadata in two places, and keys that wait for both. */
const LONGEST_FAILURE_MILLISECONDS = 2 * TIMEOUT_MILLISECONDS
/** Keys wait so long for metadata that is slow. */
const METADATA_GRACE_MILLISECONDS = 1000

/** Every fetch of one key set by one resource server, as the issuer saw it. */
export class RefreshLog {
  readonly #refreshes: Refresh[] = []
  readonly #pulse: Pulse

  constructor(pulse: Pulse) {
    this.#pulse = pulse
  }

  /** @returns what to call when the answer is out */
  start(keys: readonly TestKey[], fault: FetchFault, sentAt: number): () => void {
    const startedAt = Date.now()
    const last = this.#refreshes.at(-1)
    if (last !== undefined) last.supersededAt = startedAt
    const refresh: Refresh = {
      startedAt,
      sentAt,
      keys,
      fault,
      finishedAt: undefined,
      supersededAt: undefined,
      witnessedAt: undefined,
      witnessed: undefined,
    }
    this.#refreshes.push(refresh)
    return () => {
      refresh.finishedAt = Date.now()
    }
  }

  /** The issuer answers whom it kept waiting, with the keys that it has now. A body that it had begun it only ends. */
  release(keys: readonly TestKey[]): void {
    const last = this.#refreshes.at(-1)
    if (last?.fault === 'slow' && last.finishedAt === undefined) last.keys = keys
  }

  /** When the last one was heard of, up to a time; `undefined` before the first. */
  lastBefore(time: number): number | undefined {
    return this.#refreshes.findLast(({ startedAt }) => startedAt <= time)?.startedAt
  }

  /** Shortest time between two, by the clock of the one who fetched. */
  get shortestPause(): number {
    let shortest = Number.POSITIVE_INFINITY
    this.#refreshes.forEach(({ sentAt }, index) => {
      const before = this.#refreshes[index - 1]
      if (before !== undefined) shortest = Math.min(shortest, sentAt - before.sentAt)
    })
    return shortest
  }

  get count(): number {
    return this.#refreshes.length
  }

  /** All that the reader may have gone by at some moment between the two times. */
  between(from: number, to: number): readonly Knowledge[] {
    const margin = this.#pulse.marginMilliseconds
    const settled = this.#refreshes.findLastIndex(refresh => effectiveAt(refresh, margin) <= from)
    const known = [...this.#after(settled, margin)]
    for (let index = settled + 1; index < this.#refreshes.length; index++) {
      if ((this.#refreshes[index] as Refresh).startedAt > to) break
      known.push(...this.#after(index, margin))
    }
    return known
  }

  /**
   * An answer was there that only these explain, in their order: nothing older may be answered by any more, and where
   * all come from one refresh and agree on it, it is known how that ended.
   */
  witness(explanations: readonly Knowledge[], time: number): void {
    const [first] = explanations
    const refresh = first && this.#refreshes[first.refresh]
    if (refresh === undefined) return
    refresh.witnessedAt = Math.min(time, refresh.witnessedAt ?? time)
    const agree = explanations.every(each => each.refresh === first?.refresh && each.failing === first.failing)
    if (agree) refresh.witnessed = first?.failing ? 'failed' : 'succeeded'
  }

  #after(index: number, margin: number): readonly Knowledge[] {
    const refresh = this.#refreshes[index]
    if (refresh === undefined) return [{ keys: [], failing: false, refresh: index }]
    const succeeded = { keys: refresh.keys, failing: false, refresh: index }
    const outcome = outcomeOf(refresh, margin)
    if (outcome === 'succeeded') return [succeeded]
    const failed = this.#after(index - 1, margin).map(({ keys }) => ({ keys, failing: true, refresh: index }))
    return outcome === 'failed' ? failed : [succeeded, ...failed]
  }
}

/** From when on the reader surely goes by it. */
function effectiveAt(refresh: Refresh, margin: number): number {
  const { supersededAt = Number.POSITIVE_INFINITY, witnessedAt = Number.POSITIVE_INFINITY } = refresh
  return Math.min(supersededAt, witnessedAt, settledAt(refresh) + margin)
}

/** When its effect was due. */
function settledAt({ fault, startedAt, finishedAt }: Refresh): number {
  const grace = fault === 'none' ? 0 : METADATA_GRACE_MILLISECONDS
  if (fault === 'at once') return startedAt + grace
  if (finishedAt !== undefined) return finishedAt + grace
  return isSlow(fault) ? startedAt + LONGEST_FAILURE_MILLISECONDS : Number.POSITIVE_INFINITY
}

function outcomeOf(refresh: Refresh, margin: number): 'succeeded' | 'failed' | 'either' {
  const { fault, sentAt, finishedAt, witnessed } = refresh
  if (witnessed !== undefined) return witnessed
  if (fault === 'at once') return 'failed'
  if (finishedAt === undefined) return isSlow(fault) ? 'failed' : 'either'
  // Close to the deadline, the answer may have come too late.
  const isInTime = finishedAt - sentAt + margin < TIMEOUT_MILLISECONDS
  return !isSlow(fault) && isInTime ? 'succeeded' : 'either'
}

function isSlow(fault: FetchFault): boolean {
  return fault === 'slow' || fault === 'slow body'
}
