import type { CustomProfile, ProfileName } from '../profiles/profiles.ts'
import type { AlgorithmName } from '../shared/algorithms.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import type { IntrospectionIssuer } from './introspection.ts'
import type { SharedSecretIssuer } from './shared-secret.ts'

/** A key set as published at a `jwks_uri`. @see RFC 7517 section 5 */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** How the key set and the tokens of one issuer are read. */
export interface KeySetOptions {
  /**
   * Where the key set is published, instead of looking it up in the issuer's metadata. An https URL.
   * Implies that no metadata is fetched.
   */
  readonly jwksUri?: string

  /**
   * The key set itself, for issuers without a reachable one. Implies that nothing is ever fetched, and that a key is
   * replaced by a restart only. Keys that would be ignored in a published set throw here.
   */
  readonly jwks?: JsonWebKeySet

  /**
   * The algorithms that tokens may be signed with. Default: RS256, PS256, ES256, Ed25519, or those of the profile.
   * Replaces the default, so list all. A published key that names no `alg` is used with the first of them that fits it and
   * with no other: an issuer that signs with PS256 and publishes keys without `alg` needs `['PS256']`. Shared secrets (HS256 and so on) cannot be listed: see `sharedSecret`.
   * @see RFC 8725 section 3.1, RFC 9068 section 2.1
   */
  readonly algorithms?: readonly AlgorithmName[]

  /**
   * How the tokens deviate from RFC 9068: the name of a vendor, or a profile of your own. Default: not at all.
   * A profile says what the claims are called and what must be there; it does not weaken the checks of signature, issuer,
   * audience and time.
   */
  readonly profile?: ProfileName | CustomProfile
}

/** An issuer whose tokens are signed with published keys. */
export interface KeySetIssuer extends KeySetOptions {
  /** Exactly the `iss` of its tokens. An https URL without query and fragment. */
  readonly issuer: string
  /** What its tokens for this API carry as audience. Default: the option `audience` of the resource server. */
  readonly audience?: string | readonly string[]
}

/** One issuer to trust: its name alone, its name with how its tokens are read, `sharedSecret(…)` or `introspection(…)`. */
export type IssuerDefinition = string | KeySetIssuer | SharedSecretIssuer | IntrospectionIssuer

/**
 * Finds an issuer by the `iss` of a token that is not verified yet: look the name up among those you know, and never make
 * a URL of it. `undefined` or `null`: not known, the token is refused. Answers, these among them, are remembered for
 * `issuerCacheSeconds`. The definition must be of this very issuer. Where it throws, rejects or takes longer than
 * `fetchTimeoutSeconds`, requests get 503, unless an answer of at most `staleIfErrorSeconds` ago is there.
 */
export type IssuerResolver = (iss: string) => MaybePromise<IssuerDefinition | null | undefined>
