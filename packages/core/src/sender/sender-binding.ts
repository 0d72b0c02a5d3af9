import type { AcceptedClaims } from '../claims/accept-claims.ts'
import { own } from '../claims/own-claim.ts'
import { Rejection } from '../errors/rejection.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import { decodeBase64url } from '../shared/base64url.ts'
import { isJsonObject, type JsonValue } from '../shared/json.ts'

/** What the sender of a token has to prove, with every request. All that is there must hold. */
export interface SenderBinding {
  /** Thumbprint of the key that signs DPoP proofs (RFC 7638, RFC 9449 section 6.1). */
  readonly jkt: string | undefined
  /** SHA-256 of the DER of the client certificate, base64url (RFC 8705 section 3.1). */
  readonly x5tS256: string | undefined
}

/** Accepted claims, and whether a sender has to prove anything. Only this file can make them. */
export interface BoundClaims {
  readonly claims: AcceptedClaims
  readonly binding: SenderBinding | undefined
}

const SHA256_BYTES = 32

/**
 * Reads the claim `cnf`. What is not understood to the last member is refused and never taken as a bearer token: RFC 7800
 * would ignore unknown members, and so let go of a binding.
 * @throws Rejection `sender_constraint_unsupported`, `sender_constraint_required`, `claim_invalid`
 * @see RFC 7800 section 3.1, RFC 9449 sections 6 and 7.2, RFC 8705 section 3
 */
export function readBinding(claims: AcceptedClaims, rules: IssuerRules): BoundClaims {
  const binding = Object.hasOwn(claims.all, 'cnf') ? bindingOf(claims.all.cnf, rules) : undefined
  if (binding === undefined && rules.profile.senderConstraintRequired === true) {
    throw new Rejection('sender_constraint_required')
  }
  requireConsistentType(claims, binding, rules)
  return { claims, binding }
}

function bindingOf(cnf: JsonValue | undefined, { dpop }: IssuerRules): SenderBinding {
  if (cnf === undefined || !isJsonObject(cnf)) throw unsupported('cnf is not an object')
  const { jkt, 'x5t#S256': x5tS256, ...unknown } = cnf
  if (Object.keys(unknown).length > 0) throw unsupported('cnf has a member that is not known')
  if (jkt === undefined && x5tS256 === undefined) throw unsupported('cnf is empty')
  if (jkt !== undefined && dpop === undefined) throw unsupported('the option dpop is off')
  return Object.freeze({ jkt: thumbprint(jkt), x5tS256: thumbprint(x5tS256) })
}

function thumbprint(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && decodeBase64url(value)?.length === SHA256_BYTES) return value
  throw unsupported('cnf has a thumbprint that is none')
}

/**
 * Where the issuer also says of what type a token is, in a claim that may be `DPoP`, both must say the same.
 * @see RFC 9449 section 6.2
 */
function requireConsistentType({ all }: AcceptedClaims, binding: SenderBinding | undefined, rules: IssuerRules): void {
  for (const [claim, accepted] of Object.entries(rules.profile.claimValues)) {
    const type = own(all, claim)
    if (!accepted.some(isDpop) || type === undefined) continue
    if (isDpop(type) !== (binding?.jkt !== undefined)) throw new Rejection('claim_invalid', { claim })
  }
}

function isDpop(type: JsonValue): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'dpop'
}

function unsupported(reason: string): Rejection {
  return new Rejection('sender_constraint_unsupported', { reason })
}
