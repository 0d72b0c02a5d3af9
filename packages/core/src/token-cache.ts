import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Access } from './access/access.ts'
import type { TokenTimes } from './claims/token-times.ts'
import type { IssuerKeys, KeyEvidence, VerificationKey } from './issuer/verification-key.ts'
import type { SenderBinding } from './sender/sender-binding.ts'
import { isBetween } from './shared/time-window.ts'
import type { TrustedIssuer } from './trusted-issuers.ts'

/** What is remembered of a token that passed every check that depends on it alone. Not the token: a heap dump holds none. */
export interface CacheEntry extends TokenTimes {
  readonly access: Access
  /** What the sender of each request with it has to prove. */
  readonly binding: SenderBinding | undefined
  readonly issuer: TrustedIssuer
  readonly evidence: Evidence
}

/** Why the token was believed, to see whether it still would be. */
export type Evidence = KeyEvidence | IntrospectedEvidence

interface IntrospectedEvidence {
  readonly kind: 'introspected'
  /** Milliseconds since the epoch, as the next. */
  readonly askedAt: number
  readonly believedUntil: number
}

const byName = new WeakMap<VerificationKey, KeyEvidence>()
const withoutName = new WeakMap<VerificationKey, KeyEvidence>()

/** @param kid as the token named the key; `undefined` where it did not, or the key has no name, as shared secrets */
export function evidenceOf(keys: IssuerKeys, key: VerificationKey, kid: string | undefined): KeyEvidence {
  const isNamed = kid !== undefined && key.kid !== undefined
  const evidences = isNamed ? byName : withoutName
  const known = evidences.get(key)
  if (known?.keys === keys) return known
  const named = isNamed ? key.kid : undefined
  const evidence: KeyEvidence = { kind: 'signed', keys, key, kid: named, validFrom: 0, validUntil: 0 }
  evidences.set(key, evidence)
  return evidence
}

/** Whether the issuer still vouches for a token that it vouched for: by the same key, or by a recent answer. */
export function isStillBelieved({ evidence }: CacheEntry, now: number): boolean {
  if (evidence.kind === 'signed') {
    return isBetween(evidence.validFrom, now, evidence.validUntil) || evidence.keys.isCurrent(evidence, now)
  }
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
