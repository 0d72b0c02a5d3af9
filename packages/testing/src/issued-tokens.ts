import type { OpaqueTokenInput } from './opaque-token.ts'

type Members = Readonly<Record<string, unknown>>

/** What the issuer remembers of a token. */
export interface IssuedToken extends Pick<OpaqueTokenInput, 'introspection' | 'introspectionJwt'> {
  readonly claims: Members
}

/** Every token that the issuer minted, opaque or not, and which of them were revoked. */
export class IssuedTokens {
  readonly #issued = new Map<string, IssuedToken>()
  readonly #revoked = new Set<string>()

  remember(token: string, issued: IssuedToken): void {
    this.#issued.set(token, issued)
  }

  find(token: string): IssuedToken | undefined {
    return this.#issued.get(token)
  }

  /** @throws TypeError for a token that is not remembered */
  revoke(token: string): void {
    if (!this.#issued.has(token)) throw new TypeError('revoke: this issuer has not minted the token')
    this.#revoked.add(token)
  }

  /**
   * The members of RFC 7662 section 2.2. An inactive token has no other than `active`.
   * @param nowSeconds seconds since the epoch, with fractions
   */
  introspect(token: string, nowSeconds: number): Members {
    const issued = this.#issued.get(token)
    if (issued === undefined || this.#revoked.has(token)) return { active: false }
    if (!isValidAt(nowSeconds, issued.claims)) return { active: false }
    return { ...issued.claims, active: true, token_type: tokenType(issued.claims), ...issued.introspection }
  }
}

/** RFC 9449 section 6.2; a token bound to a certificate is used as a bearer token (RFC 8705 section 3). */
function tokenType({ cnf }: Members): 'DPoP' | 'Bearer' {
  return typeof Object(cnf).jkt === 'string' ? 'DPoP' : 'Bearer'
}

/** RFC 7662 section 4: not expired, and its time has begun. A time that is not a number tells nothing. */
function isValidAt(nowSeconds: number, { exp, nbf }: Members): boolean {
  if (typeof exp === 'number' && exp <= nowSeconds) return false
  return !(typeof nbf === 'number' && nbf > nowSeconds)
}
