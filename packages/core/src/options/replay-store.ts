import type { MaybePromise } from '../shared/maybe-promise.ts'

/** What is remembered of a DPoP proof that has passed every other check. */
export interface SeenProof {
  /** SHA-256 over the key's thumbprint and the `jti`, base64url: 43 characters whatever the client wrote. */
  readonly key: string
  /** When the proof was made, by the clock of its maker, which may run 10 seconds ahead. Milliseconds since the epoch. */
  readonly issuedAt: number
  /** From then on every process refuses the proof for its age. Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Remembers proofs, so that each lets one request through. Processes that serve the same API share one.
 * @see RFC 9449 section 11.1
 */
export interface ReplayStore {
  /**
   * One atomic operation: of any number of calls with the same key, in any number of processes, exactly one yields true.
   * Throws, or rejects, where it cannot tell (it is down, it is full, it may have forgotten): the request is then
   * answered with 503. A store that looks first and writes then lets a proof through twice.
   */
  remember(proof: SeenProof): MaybePromise<boolean>
}
