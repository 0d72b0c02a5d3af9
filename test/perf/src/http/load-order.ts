import type { DpopClient } from './dpop-clients.ts'

/** What the load generator is told to do once. */
export interface LoadOrder {
  readonly url: string
  /** All run at the same time. */
  readonly streams: readonly Stream[]
  /** How long; ignored where `amount` says how many requests. */
  readonly seconds: number
}

/** Requests of one kind, on connections of their own. */
export interface Stream {
  readonly connections: number
  readonly credentials: Credentials
  /** Any other is a failure of the measurement. */
  readonly expectedStatuses: readonly number[]
  /**
   * Sent whether or not earlier ones were answered, in the irregular intervals of clients that know nothing of each other.
   * Without it, each connection sends its next request as soon as it has an answer. All streams of an order alike.
   */
  readonly requestsPerSecond?: number
}

/**
 * `valid`: the RS256 tokens of the fixtures, over and over. `forged-*`: as many tokens as `amount`, each with a signature of
 * random bytes, under a key ID of its own that nobody knows or under the real one. `dpop`: `amount` requests, each with a
 * new proof.
 */
export type Credentials =
  | { readonly kind: 'valid' }
  | { readonly kind: ForgedKind; readonly amount: number }
  | { readonly kind: 'dpop'; readonly amount: number; readonly clients: readonly DpopClient[] }

export type ForgedKind = 'forged-unknown-kid' | 'forged-known-kid'

/** What came of it, for each stream. */
export interface LoadResult {
  /** Wall-clock time, whatever happened at once. */
  readonly nanosecondsPerRequest: number
  /** From the very first response to the last. */
  readonly seconds: number
  readonly latency: Latency
}

/** Milliseconds until the response was there. */
export interface Latency {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
}
