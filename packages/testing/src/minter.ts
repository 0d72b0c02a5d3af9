import { IssuedTokens } from './issued-tokens.ts'
import type { ParsedOptions } from './issuer-options.ts'
import type { KeySet } from './key-set.ts'
import { type ClaimsContext, draftToken, signToken, type TokenDraft, type TokenInput, tokenClaims } from './mint.ts'
import { type OpaqueTokenInput, randomToken, requireOpaqueTokenInput } from './opaque-token.ts'

/** Mints the issuer's tokens, and remembers those that introspection shall know. */
export class Minter {
  readonly tokens: IssuedTokens = new IssuedTokens()
  readonly #issuer: string
  readonly #options: ParsedOptions
  readonly #keySet: KeySet

  constructor(issuer: string, options: ParsedOptions, keySet: KeySet) {
    this.#issuer = issuer
    this.#options = options
    this.#keySet = keySet
  }

  /** A token that is not remembered: what becomes of it is not the issuer's doing. */
  draft(input: TokenInput): TokenDraft {
    const key = typeof input.key === 'string' ? this.#keySet.find(input.key) : (input.key ?? this.#keySet.signing)
    return draftToken(input, key, this.#context())
  }

  async token(input: TokenInput): Promise<string> {
    const draft = this.draft(input)
    const token = await signToken(draft)
    if (this.#keySet.has(draft.key)) this.tokens.remember(token, { claims: draft.claims })
    return token
  }

  opaqueToken(input: OpaqueTokenInput): string {
    requireOpaqueTokenInput(input)
    const { introspection = {}, introspectionJwt = {} } = input
    const token = randomToken()
    this.tokens.remember(token, { claims: tokenClaims(input, this.#context()), introspection, introspectionJwt })
    return token
  }

  #context(): ClaimsContext {
    const { accessTokenLifetimeSeconds, clock = Date.now } = this.#options
    return {
      issuer: this.#issuer,
      lifetimeSeconds: accessTokenLifetimeSeconds,
      nowSeconds: Math.floor(clock() / 1000),
    }
  }
}
