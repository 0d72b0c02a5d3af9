import type { AuthorizationDetail } from '../claims/authorization-details.ts'
import type { CallerKind } from '../claims/caller-kind.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import type { BoundClaims, SenderBinding } from '../sender/sender-binding.ts'
import type { JsonObject } from '../shared/json.ts'
import { compileTest } from './compile-requirement.ts'
import type { Requirement } from './expression.ts'
import { SharedSets } from './shared-sets.ts'

/**
 * What a verified caller has. Deeply frozen, because the requests with one token share it; holds no token.
 */
export interface Access {
  /** The issuer that vouches for all of this: `iss`, or the one that was asked. */
  readonly issuer: string
  /** `sub`; the client's identifier where the token has none. */
  readonly subject: string
  /** `client_id`, or what the profile has for it. Empty under the profile `plainJwt`, whose tokens do not name a client. */
  readonly clientId: string
  /**
   * `service`: the client acts for itself; `user`: it acts for someone; `unknown`: the token does not say, which meets
   * neither requirement. Under RFC 9068 only where it contradicts itself: its `sub` is the client, and it tells of a sign-in.
   * @see RFC 9068 section 2.2, RFC 9700 section 4.15
   */
  readonly kind: CallerKind
  /** The token's scopes and those that they imply. Scopes outside the vocabulary are listed, but satisfy nothing. */
  readonly scopes: ReadonlySet<string>
  /** Roles, where the issuer puts any into its tokens. */
  readonly roles: ReadonlySet<string>
  /** Permissions, where the issuer puts any into its tokens. */
  readonly permissions: ReadonlySet<string>
  /** `authorization_details`. @see RFC 9396 section 9 */
  readonly authorizationDetails: readonly AuthorizationDetail[]
  /**
   * What the token is bound to, and the sender of this request has proven: a key of its own (`dpop`), a client certificate
   * (`mutual-tls`), both, or nothing.
   */
  readonly senderConstraints: readonly SenderConstraint[]
  /** All claims of the token. */
  readonly claims: JsonObject
  /** `exp`: seconds since the epoch. */
  readonly expiresAt: number
  /**
   * Whether this caller meets another requirement of the same vocabulary, for what depends on the privilege inside a
   * handler. Decides without a request, so `satisfies` cannot be part of it.
   * @throws ConfigurationError `scope_unknown`, `requirement_empty`, `requirement_invalid`
   */
  has(requirement: Requirement): boolean
}

/** What a token is bound to: a key that proofs are made with, or a client certificate. @see RFC 9449, RFC 8705 */
export type SenderConstraint = 'dpop' | 'mutual-tls'

class VerifiedAccess implements Access {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly kind: Access['kind']
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly permissions: ReadonlySet<string>
  readonly authorizationDetails: readonly AuthorizationDetail[]
  readonly senderConstraints: readonly SenderConstraint[]
  readonly claims: JsonObject
  readonly expiresAt: number
  readonly #rules: IssuerRules

  constructor({ claims, binding }: BoundClaims, rules: IssuerRules) {
    this.issuer = rules.issuer
    this.subject = claims.subject
    this.clientId = claims.clientId
    this.kind = claims.kind
    const sets = SharedSets.of(rules.vocabulary)
    this.scopes = sets.scopes(claims.scopes)
    this.roles = sets.names(claims.roles)
    this.permissions = sets.names(claims.permissions)
    this.authorizationDetails = claims.authorizationDetails
    this.senderConstraints = constraintsOf(binding)
    this.claims = claims.all
    this.expiresAt = claims.times.expiresAt
    this.#rules = rules
    Object.freeze(this)
  }

  has(requirement: Requirement): boolean {
    const { vocabulary, clock, clockToleranceSeconds, dpop } = this.#rules
    const context = { vocabulary, clock, clockToleranceSeconds, dpop, hasRequest: false }
    return compileTest(requirement, context)(this, undefined)
  }
}

/** Only for tokens that have passed every stage: the type of the argument says so. */
export function createAccess(bound: BoundClaims, rules: IssuerRules): Access {
  return new VerifiedAccess(bound, rules)
}

const NONE: readonly SenderConstraint[] = Object.freeze([])

function constraintsOf(binding: SenderBinding | undefined): readonly SenderConstraint[] {
  if (binding === undefined) return NONE
  const constraints: SenderConstraint[] = []
  if (binding.jkt !== undefined) constraints.push('dpop')
  if (binding.x5tS256 !== undefined) constraints.push('mutual-tls')
  return Object.freeze(constraints)
}
