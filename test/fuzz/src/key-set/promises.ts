import type { TestKey } from '@scopeward/testing'
import { FETCH_TIMEOUT_SECONDS, freshSecondsOf, type Settings } from './settings.ts'

/** What an onlooker at the issuer's door knows: who fetched the keys when, and what was handed out. Seconds. */
export interface Facts {
  /** The last key set that was handed out, by `kid`. */
  readonly served: { readonly at: number; readonly keys: ReadonlyMap<string, TestKey> } | undefined
  /** When the last fetch ended, well or badly. */
  readonly attemptedAt: number | undefined
  /** How many fetches have failed since the last one that did not. */
  readonly failures: number
}

export const NOTHING_HAPPENED: Facts = { served: undefined, attemptedAt: undefined, failures: 0 }

/** A token, as far as it matters which key it needs. */
export interface AskedToken {
  /** What its header says. */
  readonly kid: string
  /** The key that signed it, which may not be the one of that name. */
  readonly key: TestKey
  /** Refused for itself, whatever the key: expired. */
  readonly hopeless: boolean
}

export type Verdict = 'granted' | 401 | 503

const LONGEST_BACKOFF_SECONDS = 60
const DUE_AT = 0.8

/** What the key set promises, in place of how it keeps it. */
export class KeySetPromises {
  readonly #settings: Settings
  readonly #freshSeconds: number
  readonly #longestWaitSeconds: number

  constructor(settings: Settings) {
    this.#settings = settings
    this.#freshSeconds = freshSecondsOf(settings)
    this.#longestWaitSeconds = Math.max(LONGEST_BACKOFF_SECONDS, settings.refreshCooldownSeconds)
  }

  /** Keys decide as long as they are fresh, then for `staleIfErrorSeconds` while fetching them fails, and no longer. */
  mayDecide({ served, ...fetching }: Facts, now: number): boolean {
    if (served === undefined) return false
    const age = now - served.at
    if (age >= 0 && age < this.#freshSeconds) return true
    return this.#fails(fetching, now) && age < this.#freshSeconds + this.#settings.staleIfErrorSeconds
  }

  /** A failure of long ago says nothing: a key may have been withdrawn meanwhile (decision 1). */
  #fails({ attemptedAt, failures }: Omit<Facts, 'served'>, now: number): boolean {
    if (failures === 0 || attemptedAt === undefined || now < attemptedAt) return false
    return now - attemptedAt <= 2 * this.#longestWaitSeconds + 3 * FETCH_TIMEOUT_SECONDS
  }

  /** One fetch in a cool-down; after failures twice the time each, up to a minute. A clock that stepped back counts for nothing. */
  mayFetch({ attemptedAt, failures }: Facts, now: number): boolean {
    if (attemptedAt === undefined || now < attemptedAt) return true
    const { refreshCooldownSeconds } = this.#settings
    const afterSuccess = Math.min(refreshCooldownSeconds, this.#freshSeconds * DUE_AT)
    const afterFailure = Math.min(refreshCooldownSeconds * 2 ** (failures - 1), this.#longestWaitSeconds)
    return now - attemptedAt >= (failures === 0 ? afterSuccess : afterFailure)
  }

  /** Requests with a key that is known and may decide are answered at once; everybody else waits for a fetch, if there may be one. */
  isAnsweredAtOnce(token: AskedToken, facts: Facts, now: number): boolean {
    return token.hopeless || (this.mayDecide(facts, now) && facts.served?.keys.get(token.kid) === token.key)
  }

  /** Past 80 % of the freshness, and where the key is not known. What is hopeless costs the issuer nothing. */
  asksForFetch(token: AskedToken, facts: Facts, now: number): boolean {
    if (token.hopeless) return false
    const { served } = facts
    const isDue = served !== undefined && !(now >= served.at && now < served.at + this.#freshSeconds * DUE_AT)
    return isDue || !this.isAnsweredAtOnce(token, facts, now)
  }

  /**
   * By what is known when nothing is awaited any more. A key that nobody has heard of is refused, unless the issuer cannot
   * be asked: it may have published that key just now. A signature by another key than the one of that name is refused even then.
   */
  verdictOn(token: AskedToken, facts: Facts, now: number): Verdict {
    if (token.hopeless) return 401
    if (!this.mayDecide(facts, now)) return 503
    const found = facts.served?.keys.get(token.kid)
    if (found === token.key) return 'granted'
    return found === undefined && facts.failures > 0 ? 503 : 401
  }
}
