import type { Algorithm } from '../shared/algorithms.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import type { PublicJwk } from './public-jwk.ts'

/** A key ready for use with exactly one algorithm. */
export interface ImportedKey {
  /**
   * Whether the signature of the token verifies. Never rejects.
   * @throws Rejection `signature_queue_full`, before anything is checked
   */
  verify(token: DecodedToken): MaybePromise<boolean>
}

/** The one seam between keys and cryptography: two implementations, one suite of tests for both. */
export interface SignatureEngine {
  /** Throws or rejects where the cryptography refuses the key, for example a point off its curve. */
  importKey(jwk: PublicJwk, algorithm: Algorithm): MaybePromise<ImportedKey>
  /** A shared secret for one of the HMAC algorithms. */
  importSecret(secret: Uint8Array, algorithm: Algorithm): ImportedKey
}

/** The keys of one issuer, as the stages ask for them: a published set, or shared secrets. */
export interface IssuerKeys {
  /** Whether a token verified with this key would be verified with it again. */
  isCurrent(evidence: KeyEvidence, now: number): boolean
  /**
   * The keys that the token may be signed with. The same array as long as they are the same keys.
   * @throws Rejection `key_unknown`, `key_ambiguous`, `keys_unavailable`
   */
  select(token: DecodedToken): MaybePromise<readonly VerificationKey[]>
  /** Keys to try after none of those verified. */
  selectReplacements(token: DecodedToken, tried: readonly VerificationKey[]): MaybePromise<readonly VerificationKey[]>
  /** Fetches what is not there. Never rejects. */
  warm(): Promise<KeySetState>
}

/** Why tokens are believed: the key that verified them. One object for all tokens that name a key in the same way. */
export interface KeyEvidence {
  readonly kind: 'signed'
  readonly keys: IssuerKeys
  readonly key: VerificationKey
  /** As the tokens named it; `undefined` where they named none. */
  readonly kid: string | undefined
  /**
   * Within this time, in milliseconds since the epoch, nobody needs to ask `keys`, who alone sets and ends it. So a warm
   * request reads one object, also with ten thousand issuers: asking their key sets took 1 µs, nearly all of it
   * waiting for memory.
   */
  validFrom: number
  validUntil: number
}

/** Whether tokens can be checked; `reason` where they cannot. `none`: tokens of this issuer are checked without a key set. */
export type KeySetState =
  | { readonly keySet: 'available' | 'none' }
  | { readonly keySet: 'empty' | 'unavailable'; readonly reason: string }

/**
 * A trusted key for one algorithm. Its identity is its meaning: a key set hands out the same object as long as the issuer
 * publishes the same key, so "is this token's key still valid" is one comparison.
 */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly algorithm: Algorithm
  readonly imported: ImportedKey
  /** Equal exactly for the same kid, algorithm and key material. */
  readonly identity: string
}
