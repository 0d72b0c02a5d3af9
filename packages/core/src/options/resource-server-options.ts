import type { IssuerDefinition, IssuerResolver, KeySetOptions } from './issuer-definition.ts'
import type { DpopOptions } from './parse-dpop.ts'
import type { ResourceMetadataOptions } from './parse-resource-metadata.ts'
import type { TrustedProxyOptions } from './parse-trusted-proxy.ts'
import type { RevocationList } from './revocation-list.ts'
import type { UsageRecorder } from './usage-recorder.ts'
import type { ScopeVocabulary } from './vocabulary.ts'

/** Options of `createResourceServer` and of every adapter. Parsed once and frozen; an unknown name throws. */
export interface ResourceServerOptions<Scope extends string> extends KeySetOptions {
  /**
   * Whom to trust: the identifier of the authorization server, exactly as its tokens carry it in `iss`: compared code
   * point by code point, a trailing slash counts. An https URL without query and fragment. Its keys are found through its
   * metadata, unless `jwksUri` or `jwks` says where they are.
   * Several issuers: a list, each with its own keys, algorithms and profile inside; or a function that finds one by name,
   * for tenants that come and go.
   * @see RFC 8414 section 2, RFC 9068 section 4, RFC 8725 section 3.8
   */
  readonly issuer: string | IssuerDefinition | readonly IssuerDefinition[] | IssuerResolver

  /**
   * What tokens for this API carry in `aud`; with several values, one of them is enough. Compared exactly.
   * @see RFC 9068 section 4, RFC 8707 section 2
   */
  readonly audience: string | readonly string[]

  /**
   * The closed vocabulary: every scope that a route may require, with a description for people. A requirement that names
   * another scope does not compile, and throws. Tokens may carry other scopes; they satisfy nothing.
   */
  readonly scopes: ScopeVocabulary<Scope>

  /**
   * How far the clocks of issuer and API may differ when `exp`, `nbf` and `iat` are checked.
   * Unit: seconds, 0 to 300. Default: 5. An expired token is accepted for this much longer.
   */
  readonly clockToleranceSeconds?: number

  /**
   * How long keys stay usable after their freshness has ended while fetching them *fails*. A key that a successful fetch
   * no longer lists is gone at once, whatever this says. Unit: seconds, 0 to 86,400. Default: 3600.
   * 0: requests get 503 as soon as the keys are no longer fresh and cannot be fetched.
   */
  readonly staleIfErrorSeconds?: number

  /**
   * Shortest time between two fetches of the key set that requests can cause, by an unknown `kid` or a signature that
   * does not verify; also the first step of the back-off after a failed fetch, which doubles up to a minute.
   * A key that the issuer has just rotated to is accepted at the latest after this time. Unit: seconds, 1 to 300. Default: 5.
   */
  readonly refreshCooldownSeconds?: number

  /**
   * Deadline of each document that is fetched, over connection, headers and body: the metadata at its two places and the
   * key set; also of the answer of a replay store. Unit: seconds, 0.1 to 60. Default: 5.
   */
  readonly fetchTimeoutSeconds?: number

  /**
   * How many verified tokens are remembered, so that their signature is checked once. 0 turns the cache off.
   * Default: 10,000 (about 15 MB with typical tokens). What a token may do, whether it has expired and whether its key is
   * still published is decided on every request all the same.
   */
  readonly tokenCacheMaxEntries?: number

  /**
   * How many signature checks may wait for a thread, those of DPoP proofs included. What comes on top is refused with 503,
   * so that a flood of forged tokens neither delays everybody nor keeps the threads from reading files and host names.
   * Tokens that are remembered as verified need no check and never wait. Default: 1,000; two cores
   * work that off in 15 ms with RS256, in 35 ms with ES256, in 55 ms with Ed25519.
   */
  readonly signatureQueueMaxEntries?: number

  /**
   * How long what the function `issuer` answered is remembered; that a name is not known, for 30 seconds at most. An issuer
   * that it stops knowing is trusted for this much longer. Only with a function. Unit: seconds, 1 to 86,400. Default: 300.
   */
  readonly issuerCacheSeconds?: number

  /**
   * How many issuers that the function `issuer` found are kept ready, with their keys. Only with a function.
   * Default: 10,000 (about 50 MB with a key and a token each).
   */
  readonly issuerCacheMaxEntries?: number

  /**
   * The `realm` of the challenges, printable ASCII without `"` and backslashes. Default: the first audience.
   * @see RFC 9110 section 11.5
   */
  readonly realm?: string

  /**
   * Tells clients where to get tokens for this API: a document that the adapter serves, named in every challenge.
   * Default: none.
   * @see RFC 9728
   */
  readonly resourceMetadata?: ResourceMetadataOptions

  /**
   * Whether tokens that are bound to a key (`cnf.jkt`) are taken, with a proof in the `DPoP` header. `accepted`: next to
   * bearer tokens. `required`: and nothing else; single routes require it with the requirement `dpop`. Under every setting a
   * bound token sent as a bearer token is refused. An object sets more than the mode. Default: `off`.
   * Tokens that are bound to a client certificate (`x5t#S256`) need no option, only TLS that asks for certificates.
   * @see RFC 9449
   */
  readonly dpop?: 'off' | 'accepted' | 'required' | DpopOptions

  /**
   * Scheme and host that clients call this API by, such as `https://api.example.com`: a proof is good for this origin and the
   * path of the request. Never taken from `Host`. Must be given with `dpop`, unless `trustedProxy` says the origin.
   */
  readonly publicOrigin?: string

  /** A reverse proxy whose headers are believed. Default: none, and such headers are not looked at. */
  readonly trustedProxy?: TrustedProxyOptions

  /**
   * Which tokens were taken back before they expire: `createRevocationList()`, the one of `@scopeward/redis`, or your own.
   * Asked on every request. Default: none.
   */
  readonly revocation?: RevocationList

  /**
   * Counts which client uses which privilege on which route: `createUsageRecorder()` of `@scopeward/usage`, or your own.
   * Default: none.
   */
  readonly usageRecorder?: UsageRecorder

  /**
   * Which implementation checks signatures: `node` (`node:crypto`) or `jose` (WebCrypto through jose). Same verdicts;
   * `node` is faster. Default: `node`.
   */
  readonly signatureEngine?: 'node' | 'jose'

  /**
   * Allows `http:` for URLs of issuers, and of this API, on the loopback interface (127.0.0.0/8, [::1], localhost), for tests and
   * development. Elsewhere `http:` is never allowed. Default: false.
   */
  readonly allowHttpOnLoopback?: boolean

  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number

  /**
   * Fetches metadata and key sets and asks about opaque tokens, for proxies and custom trust anchors. Not used where
   * a client certificate authenticates. Default: the global `fetch`.
   */
  readonly fetch?: typeof globalThis.fetch
}
