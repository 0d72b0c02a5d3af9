import type { DenialCode } from '@scopeward/core'

/** One token of a shape that a vendor documents, or of another token of the vendor, and what becomes of it. */
export interface ProfileSample {
  /** One sentence, unique in its table. */
  readonly name: string
  /** The page or RFC section that shows this shape. */
  readonly source: string
  /** Members of the JOSE header beside `alg` and `kid`; default `{ typ: 'JWT' }`. */
  readonly header?: Readonly<Record<string, unknown>>
  /** The whole payload. `now` is in seconds; `exp` and the like are made from it. */
  readonly claims: (now: number) => Readonly<Record<string, unknown>>
  readonly expected: 'accepted' | DenialCode
  /** For accepted tokens: what the access says. Sets are compared as sorted arrays. */
  readonly access?: {
    readonly clientId: string
    readonly subject: string
    readonly kind: 'service' | 'user' | 'unknown'
    readonly scopes?: readonly string[]
    readonly roles?: readonly string[]
    readonly permissions?: readonly string[]
  }
}

/** The table of one profile. */
export interface ProfileSamples {
  readonly profile: string
  /** As configured; an https URL of the vendor's documented form. */
  readonly issuer: string
  readonly audience: string
  readonly samples: readonly ProfileSample[]
}
