import { Rejection } from '../errors/rejection.ts'
import type { IntrospectedToken } from '../introspection/introspector.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import type { TokenProfile } from '../profiles/token-profile.ts'
import type { JsonObject } from '../shared/json.ts'
import { isScopeToken } from '../shared/scope-token.ts'
import type { VerifiedToken } from '../signature/verify-signature.ts'
import { type AuthorizationDetail, readAuthorizationDetails } from './authorization-details.ts'
import { type CallerKind, kindOf } from './caller-kind.ts'
import { readLists } from './list-claims.ts'
import { optionalString, own } from './own-claim.ts'
import { requireAudience, requireIssuer, requireType } from './token-target.ts'
import { requireBegun, requireNotExpired, requireNumericDate, type TokenTimes } from './token-times.ts'

/** A token that was proven genuine: by a signature, or by its issuer's own answer. */
export type GenuineToken = VerifiedToken | IntrospectedToken

/** Claims of a genuine token that is meant for this API and valid now. */
export interface AcceptedClaims {
  readonly times: TokenTimes
  readonly subject: string
  readonly clientId: string
  readonly kind: CallerKind
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly authorizationDetails: readonly AuthorizationDetail[]
  /** All claims of the token, frozen. */
  readonly all: JsonObject
}

/**
 * The rules of the profile, RFC 9068 unless the issuer has another one: every claim that it requires is there, of the
 * right type, and says that the token is meant for here and now.
 * @throws Rejection `type_not_accepted`, `issuer_not_trusted`, `audience_mismatch`, `token_expired`,
 * `token_not_yet_valid`, `token_issued_in_future`, `claim_missing`, `claim_invalid`, `claim_not_accepted`
 * @see RFC 9068 sections 2.2 and 4, RFC 7519 section 4.1, RFC 7662 section 2.2
 */
export function acceptClaims(token: GenuineToken, rules: IssuerRules, now: number): AcceptedClaims {
  const { claims } = token
  requireTarget(token, rules)
  const times = acceptTimes(claims, rules, now)
  requireShape(claims, rules.profile)
  const clientId = readClientId(claims, rules.profile)
  const kind = kindOf(claims, clientId, rules.profile)
  if (kind === 'unknown' && rules.profile.kindRequired === true) throw new Rejection('claim_invalid', { claim: 'sub' })
  const { profile, audiences } = rules
  return {
    times,
    subject: optionalString(claims, 'sub') ?? clientId,
    clientId,
    kind,
    scopes: readLists(claims, profile.scopeClaims, audiences, isScopeToken),
    roles: readLists(claims, profile.roleClaims, audiences, isNotEmpty),
    permissions: readLists(claims, profile.permissionClaims, audiences, isNotEmpty),
    authorizationDetails: readAuthorizationDetails(own(claims, 'authorization_details')),
    all: claims,
  }
}

/** An introspection response has no header, and need not name its issuer: it came from there. */
function requireTarget(token: GenuineToken, { profile, issuer, audiences }: IssuerRules): void {
  const iss = own(token.claims, 'iss')
  if (token.kind === 'signed') requireType(token.type, profile)
  if (token.kind === 'signed' || iss !== undefined) requireIssuer(iss, issuer)
  requireAudience(claim => own(token.claims, claim), profile, audiences)
}

function acceptTimes(claims: JsonObject, { clockToleranceSeconds }: IssuerRules, now: number): TokenTimes {
  const times = {
    expiresAt: requireNumericDate(own(claims, 'exp'), 'exp'),
    issuedAt: optionalNumericDate(claims, 'iat'),
    notBefore: optionalNumericDate(claims, 'nbf'),
  }
  requireNotExpired(times.expiresAt, clockToleranceSeconds, now)
  requireBegun(times, clockToleranceSeconds, now)
  return times
}

function optionalNumericDate(claims: JsonObject, claim: 'iat' | 'nbf'): number | undefined {
  return Object.hasOwn(claims, claim) ? requireNumericDate(claims[claim], claim) : undefined
}

/** What tells this kind of token from the others that its issuer makes. */
function requireShape(claims: JsonObject, { refusedClaims, requiredClaims, claimValues }: TokenProfile): void {
  for (const claim of refusedClaims) {
    if (Object.hasOwn(claims, claim)) throw new Rejection('claim_not_accepted', { claim })
  }
  optionalString(claims, 'sub')
  optionalString(claims, 'jti')
  for (const claim of requiredClaims) requirePresent(claims, claim)
  for (const [claim, values] of Object.entries(claimValues)) {
    requirePresent(claims, claim)
    if (!values.includes(claims[claim] as string | boolean)) throw new Rejection('claim_invalid', { claim })
  }
}

function requirePresent(claims: JsonObject, claim: string): void {
  const value = own(claims, claim)
  if (value === undefined || value === null) throw new Rejection('claim_missing', { claim })
}

/** Empty where the tokens of this issuer do not name their client. */
function readClientId(claims: JsonObject, { clientIdClaims }: TokenProfile): string {
  const [first] = clientIdClaims
  if (first === undefined) return ''
  const claim = clientIdClaims.find(name => Object.hasOwn(claims, name)) ?? first
  const clientId = optionalString(claims, claim)
  if (clientId === undefined) throw new Rejection('claim_missing', { claim })
  return clientId
}

function isNotEmpty(text: string): boolean {
  return text !== ''
}
