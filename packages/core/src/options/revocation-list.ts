import type { JsonObject } from '../shared/json.ts'

/** What a list is told about a token, for every request. An `Access` is one. */
export interface RevocableToken {
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  /** `exp`: seconds since the epoch. */
  readonly expiresAt: number
  /** Of interest: `jti` and `iat`. */
  readonly claims: JsonObject
}

/** Says which tokens were taken back before they expire. */
export interface RevocationList {
  /**
   * Asked on every request, those with remembered tokens included, so it answers at once and from memory.
   * `unknown`: it cannot tell, for example because what it knows is too old; the request is answered with 503.
   */
  verdictOn(token: RevocableToken): RevocationVerdict
}

/** What a list says of a token; after `unknown` the request is answered with 503. */
export type RevocationVerdict = 'not_revoked' | 'revoked' | 'unknown'
