import { isBetween } from '../shared/time-window.ts'

/** The times of one key set, in milliseconds; pure arithmetic, so that the policy can be read and tested by itself. */
export interface ScheduleOptions {
  readonly refreshCooldownSeconds: number
  readonly staleIfErrorSeconds: number
  readonly fetchTimeoutSeconds: number
}

const MAX_BACKOFF_SECONDS = 60

/** Past this share of the freshness a request starts a refresh in the background and does not wait for it. */
const REFRESH_AT = 0.8

/**
 * When a key set may be used and when it may be fetched. A clock that steps back makes the set due at once, never fresh
 * for longer.
 */
export class RefreshSchedule {
  readonly #options: ScheduleOptions
  #attemptedAt: number | undefined
  #fetchedAt: number | undefined
  #freshSeconds = 0
  #dueAt = 0
  #failures = 0

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  get failures(): number {
    return this.#failures
  }

  succeeded(now: number, freshSeconds: number): void {
    this.#attemptedAt = now
    this.#fetchedAt = now
    this.#freshSeconds = freshSeconds
    this.#dueAt = now + freshSeconds * REFRESH_AT * 1000
    this.#failures = 0
  }

  failed(now: number): void {
    this.#attemptedAt = now
    this.#failures++
  }

  /** Whether the keys may decide about a request: fresh, or stale for a while because fetching them fails. */
  isUsable(now: number): boolean {
    if (this.#fetchedAt === undefined) return false
    const age = secondsBetween(this.#fetchedAt, now)
    if (age < this.#freshSeconds) return true
    if (!this.#failsNow(now)) return false
    return Math.max(now - this.#fetchedAt, 0) < (this.#freshSeconds + this.#options.staleIfErrorSeconds) * 1000
  }

  /** 0 before the first fetch. */
  get fetchedAt(): number {
    return this.#fetchedAt ?? 0
  }

  /** From when on `isDue`. 0 before the first fetch. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** Whether it is time for a refresh that no request waits for. */
  isDue(now: number): boolean {
    return this.#fetchedAt !== undefined && !isBetween(this.#fetchedAt, now, this.#dueAt)
  }

  /** Whether another fetch is allowed: cool-down after a success, doubling back-off after failures. */
  mayFetch(now: number): boolean {
    return this.#attemptedAt === undefined || secondsBetween(this.#attemptedAt, now) >= this.#waitSeconds()
  }

  /** Whole seconds until asking again makes sense; at least 1. */
  retryAfterSeconds(now: number): number {
    if (this.#attemptedAt === undefined) return 1
    const passed = Math.max(now - this.#attemptedAt, 0) / 1000
    const wait = Math.ceil(this.#waitSeconds() - passed)
    if (!(wait > 1)) return 1 // also where the clock yields NaN
    return wait
  }

  /**
   * Whether fetching fails these days. While requests come, the last failure is never older than the longest back-off and
   * the three fetches of one refresh; twice the back-off leaves room for sparse traffic. A failure of long ago says
   * nothing: after a quiet spell the next request has to find out, or it might believe a key that was withdrawn meanwhile.
   */
  #failsNow(now: number): boolean {
    if (this.#failures === 0 || this.#attemptedAt === undefined) return false
    const longestPauseSeconds = 2 * this.#longestWaitSeconds() + 3 * this.#options.fetchTimeoutSeconds
    return secondsBetween(this.#attemptedAt, now) <= longestPauseSeconds
  }

  #longestWaitSeconds(): number {
    return Math.max(MAX_BACKOFF_SECONDS, this.#options.refreshCooldownSeconds)
  }

  #waitSeconds(): number {
    const { refreshCooldownSeconds } = this.#options
    // A cool-down longer than the freshness must not let usable keys run out.
    if (this.#failures === 0) return Math.min(refreshCooldownSeconds, this.#freshSeconds * REFRESH_AT)
    const backoff = refreshCooldownSeconds * 2 ** (this.#failures - 1)
    return Math.min(backoff, this.#longestWaitSeconds())
  }
}

function secondsBetween(earlier: number, now: number): number {
  return now >= earlier ? (now - earlier) / 1000 : Number.POSITIVE_INFINITY
}
