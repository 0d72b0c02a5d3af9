import type { Framework, Route } from '../rules.ts'
import type { Proof } from '../tokens/proof-key.ts'
import type { Token } from '../tokens/token.ts'
import type { Verdict } from './wire.ts'

/** One request, and what the oracle needs to judge its answer. */
export interface Shot {
  /** For the report. */
  readonly kind: string
  readonly framework: Framework
  readonly route: Route
  /** Header lines. */
  readonly headers: readonly string[]
  readonly expected: Expected
}

export type Expected =
  /** Whatever the time and whoever knows which keys. */
  { readonly kind: 'always'; readonly verdict: Verdict } | ExpectedOfToken

export interface ExpectedOfToken {
  readonly kind: 'token'
  readonly token: Token
  readonly proof: Proof | undefined
}
