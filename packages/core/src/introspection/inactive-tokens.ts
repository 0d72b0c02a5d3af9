import { LRUCache } from 'lru-cache'
import type { IssuerRules } from '../options/issuer-rules.ts'
import { isBetween } from '../shared/time-window.ts'

const MAX_INACTIVE = 10_000

/**
 * Tokens that their issuer has just called inactive, by their digest. One memory for all issuers of a resource server: it
 * takes its room beforehand, which ten thousand tenants could not each have.
 */
export class InactiveTokens {
  readonly #found = new LRUCache<string, { readonly rules: IssuerRules; readonly since: number }>({ max: MAX_INACTIVE })

  add(digest: string, rules: IssuerRules): void {
    this.#found.set(digest, { rules, since: rules.clock() })
  }

  /** Whether the issuer said so less than this long ago. An issuer that was configured anew is asked anew. */
  has(digest: string, rules: IssuerRules, seconds: number): boolean {
    const found = this.#found.get(digest)
    return found?.rules === rules && isBetween(found.since, rules.clock(), found.since + seconds * 1000)
  }
}
