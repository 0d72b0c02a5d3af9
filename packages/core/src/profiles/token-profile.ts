import type { AlgorithmName } from '../shared/algorithms.ts'

/**
 * How the access tokens of one kind of issuer are written, where they deviate from RFC 9068. Plain data: it says what must
 * be there and which claim means what, and it can only narrow what the stages check, never switch a check off. Issuer,
 * audience, `exp` and the signature are checked under every profile.
 */
export interface TokenProfile {
  /** For messages and events. */
  readonly name: string
  /** Where the shape is written down: an RFC or a page of the vendor's documentation. */
  readonly source: string
  /** Accepted `typ` of the header: lower case, without `application/`. `null` accepts a header without `typ`. */
  readonly types: readonly (string | null)[]
  /** Claims that must be there beside `iss`, `exp` and the audience. `sub` and `jti` must then be non-empty strings. */
  readonly requiredClaims: readonly string[]
  /** Claims that must be there and equal one of the values, such as Keycloak's `typ`: `Bearer` and not `Refresh`. */
  readonly claimValues: Readonly<Record<string, readonly (string | boolean)[]>>
  /** Claims that only other tokens of the issuer have, such as `nonce` in an ID token: a token with one is refused. */
  readonly refusedClaims: readonly string[]
  /** The first of these that the token has names its audience. A token with none of them is refused. */
  readonly audienceClaims: readonly ('aud' | 'client_id')[]
  /** The first of these that the token has names the client. Empty: tokens do not say, and `clientId` is an empty string. */
  readonly clientIdClaims: readonly string[]
  /** Where scopes, roles and permissions stand; what several places hold is put together. */
  readonly scopeClaims: readonly ListClaim[]
  readonly roleClaims: readonly ListClaim[]
  readonly permissionClaims: readonly ListClaim[]
  /**
   * The first rule whose conditions all hold says for whom the client acts; where none does, the kind is `unknown`, which
   * meets neither `service` nor `user`.
   */
  readonly kinds: readonly KindRule[]
  /** Refuses tokens of unknown kind. Default: they are accepted. */
  readonly kindRequired?: boolean
  /** Refuses tokens that are not bound to their sender (`cnf`). Default: they are bearer tokens. */
  readonly senderConstraintRequired?: boolean
  /** The algorithms that this profile leaves. Default: those of the option `algorithms`. */
  readonly algorithms?: readonly AlgorithmName[]
}

/** A claim with several values. */
export interface ListClaim {
  /**
   * Names from the outside in. `'$audience'` stands for each of the API's own audiences, as in Keycloak's
   * `resource_access`, so that privileges for another API are not read.
   */
  readonly path: readonly string[]
  /** `words`: one string with single spaces between the values; `array`: an array of strings; `either`: one or the other. */
  readonly form: 'words' | 'array' | 'either'
  /** Takes an empty string for an empty list, where an issuer writes one. Default: false, as RFC 6749 section 3.3 has it. */
  readonly mayBeEmpty?: boolean
}

/**
 * A kind of caller, and the claims that are evidence of it.
 * @see RFC 9700 section 4.15: `sub` alone does not say whether it names a client or a user.
 */
export interface KindRule {
  readonly kind: 'service' | 'user'
  readonly when: readonly ClaimCondition[]
}

/** What a claim has to look like for a rule to apply. */
export type ClaimCondition =
  | { readonly claim: string; readonly present: boolean }
  | { readonly claim: string; readonly equals: string }
  | { readonly claim: string; readonly endsWith: string }
  /** Whether both claims are the same non-empty string. */
  | { readonly claim: string; readonly equalsClaim: string }
  /** Whether the claim is the client's identifier between `prefix` and `suffix`, both empty by default. */
  | { readonly claim: string; readonly isClientId: boolean; readonly prefix?: string; readonly suffix?: string }

/** Claims that mark ID tokens, logout tokens, introspection responses and DPoP proofs. Refused wherever `typ` alone does not tell. */
export const MARKS_OF_OTHER_TOKENS: readonly string[] = Object.freeze([
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'events',
  'token_introspection',
  'htm',
  'htu',
])
