import type { KeySetEvent } from '@scopeward/core'

/** What is known of one issuer's keys. */
export interface KeySetState {
  /** Failures since the last success. */
  readonly failures: number
  /** `undefined` as long as no fetch has succeeded. */
  readonly fetched: FetchedKeySet | undefined
}

interface FetchedKeySet {
  /** By the clock of `performance.now()`, which does not step. */
  readonly atMilliseconds: number
  readonly freshSeconds: number
  readonly keys: number
  readonly ignoredKeys: number
}

/**
 * The key sets of as many issuers as there is room for: those that were fetched first. To let one go for another would not
 * make room, because the SDK exports what it was told of an issuer for as long as the process lives.
 */
export class KeySetStates {
  readonly #max: number
  readonly #byIssuer = new Map<string, KeySetState>()

  constructor(max: number) {
    this.#max = max
  }

  note(event: KeySetEvent, nowMilliseconds: number): void {
    const before = this.#byIssuer.get(event.issuer)
    if (before === undefined && this.#byIssuer.size >= this.#max) return
    this.#byIssuer.set(event.issuer, stateAfter(event, before, nowMilliseconds))
  }

  entries(): Iterable<readonly [issuer: string, state: KeySetState]> {
    return this.#byIssuer
  }
}

function stateAfter(event: KeySetEvent, before: KeySetState | undefined, atMilliseconds: number): KeySetState {
  if (event.outcome === 'failed') return { failures: event.failures, fetched: before?.fetched }
  const { freshSeconds, keys, ignored } = event
  return { failures: 0, fetched: { atMilliseconds, freshSeconds, keys, ignoredKeys: ignored.length } }
}
