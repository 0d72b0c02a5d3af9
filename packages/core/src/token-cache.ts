import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Access } from './access/access.ts'
import type { TokenTimes } from './claims/token-times.ts'
import type { IssuerKeys, VerificationKey } from './issuer/verification-key.ts'
import type { SenderBinding } from './sender/sender-binding.ts'
import { isBetween } from './shared/time-window.ts'
import type { TrustedIssuer } from './trusted-issuers.ts'

/** What is remembered of a token that passed every check that depends on it alone. Not the token: a heap dump holds none. */
export interface CacheEntry {
  readonly access: Access
  /** What the sender of each request with it has to prove. */
  readonly binding: SenderBinding | undefined
  readonly times: TokenTimes
  readonly issuer: TrustedIssuer
  readonly evidence: Evidence
}

/** Why the token was believed, to see whether it still would be. */
export type Evidence =
  /** `kid` as the token named it; `undefined` where it named none. */
  | {
      readonly kind: 'signed'
      readonly keys: IssuerKeys
      readonly key: VerificationKey
      readonly kid: string | undefined
    }
  /** Milliseconds since the epoch. */
  | { readonly kind: 'introspected'; readonly askedAt: number; readonly believedUntil: number }

/** Whether the issuer still vouches for a token that it vouched for: by the same key, or by a recent answer. */
export function isStillBelieved({ evidence }: CacheEntry, now: number): boolean {
  if (evidence.kind === 'signed') return evidence.keys.isCurrent(evidence.key, evidence.kid, now)
  return isBetween(evidence.askedAt, now, evidence.believedUntil)
}

/**
 * Verified tokens by the SHA-256 of their exact text. The key is not customisable: a smaller one has given callers the
 * identity of others elsewhere. Whoever reads an entry must still ask whether its time and its evidence hold.
 */
export class TokenCache {
  readonly #entries: LRUCache<string, CacheEntry> | undefined

  constructor(maxEntries: number) {
    this.#entries = maxEntries === 0 ? undefined : new LRUCache({ max: maxEntries })
  }

  get(digest: string): CacheEntry | undefined {
    return this.#entries?.get(digest)
  }

  set(digest: string, entry: CacheEntry): void {
    this.#entries?.set(digest, entry)
  }

  delete(digest: string): void {
    this.#entries?.delete(digest)
  }
}

/** 256 bits as 32 one-byte characters: the shortest string that a `Map` can hash. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'binary')
}
