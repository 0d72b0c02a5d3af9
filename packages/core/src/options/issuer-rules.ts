import type { TokenProfile } from '../profiles/token-profile.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import type { ClientCredentials } from './client-authentication.ts'
import type { DpopRules } from './parse-dpop.ts'
import type { KeySource } from './parse-key-source.ts'
import type { ResourceMetadata } from './parse-resource-metadata.ts'
import type { TrustedProxy } from './parse-trusted-proxy.ts'
import type { RevocationList } from './revocation-list.ts'
import type { UsageRecorder } from './usage-recorder.ts'
import type { Vocabulary } from './vocabulary.ts'

/** What holds for tokens of every issuer: complete, checked and frozen. */
export interface ServerRules {
  readonly audiences: ReadonlySet<string>
  readonly vocabulary: Vocabulary
  readonly clockToleranceSeconds: number
  readonly staleIfErrorSeconds: number
  readonly refreshCooldownSeconds: number
  readonly fetchTimeoutSeconds: number
  readonly tokenCacheMaxEntries: number
  readonly signatureQueueMaxEntries: number
  readonly issuerCacheSeconds: number
  readonly issuerCacheMaxEntries: number
  readonly realm: string
  readonly resourceMetadata: ResourceMetadata | undefined
  /** `undefined`: proofs are not checked, and tokens that need one are refused. */
  readonly dpop: DpopRules | undefined
  /** Normalised. `undefined` only where no proof needs it, or the proxy says it. */
  readonly publicOrigin: string | undefined
  readonly trustedProxy: TrustedProxy | undefined
  readonly revocation: RevocationList | undefined
  readonly usageRecorder: UsageRecorder | undefined
  readonly signatureEngine: 'node' | 'jose'
  readonly allowHttpOnLoopback: boolean
  readonly clock: () => number
  readonly fetch: typeof globalThis.fetch
}

/** Everything that the stages need to know to judge tokens of one issuer. */
export interface IssuerRules extends ServerRules {
  readonly issuer: string
  readonly profile: TokenProfile
  readonly algorithms: ReadonlyMap<string, Algorithm>
  readonly proof: TokenProof
}

/** How a token of an issuer is proven genuine. Exactly one; kinds never mix. */
export type TokenProof =
  | { readonly kind: 'keySet'; readonly keySource: KeySource }
  | { readonly kind: 'sharedSecret'; readonly secrets: readonly Uint8Array[] }
  | IntrospectionProof

export interface IntrospectionProof {
  readonly kind: 'introspection'
  /** `undefined`: found in the issuer's metadata. */
  readonly endpoint: string | undefined
  readonly client: ClientCredentials
  readonly cacheSeconds: number
  /** Where the keys of signed answers are; `undefined`: answers are plain JSON. */
  readonly signedAnswers: KeySource | undefined
}

/** Whom to trust: a fixed list, or who is found when a token comes. */
export type TrustedIssuers =
  | { readonly kind: 'list'; readonly issuers: readonly IssuerRules[] }
  | { readonly kind: 'resolver'; readonly resolve: ResolveIssuer }

/**
 * The definition that the application gives for a name, and how to turn it into rules.
 * @throws ConfigurationError for a definition that cannot be used; what the application's function throws
 */
export type ResolveIssuer = (iss: string) => MaybePromise<unknown>

export interface ParsedOptions extends ServerRules {
  readonly trusted: TrustedIssuers
}
