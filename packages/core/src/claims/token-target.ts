import { Rejection } from '../errors/rejection.ts'
import type { TokenProfile } from '../profiles/token-profile.ts'
import type { JsonValue } from '../shared/json.ts'

/** The media type separates access tokens from every other JWT that the same keys sign (RFC 9068 sections 4 and 5). */
export function requireType(type: string | undefined, { types }: TokenProfile): void {
  if (!types.includes(type ?? null)) throw new Rejection('type_not_accepted')
}

/** Exact comparison, code point by code point (RFC 9068 section 4, RFC 8414 section 4). */
export function requireIssuer(iss: JsonValue | undefined, issuer: string): void {
  if (iss === undefined) throw new Rejection('claim_missing', { claim: 'iss' })
  if (iss !== issuer) throw new Rejection('issuer_not_trusted')
}

/** The value of a claim; `undefined` where the token does not have it. */
export type ClaimReader = (claim: 'aud' | 'client_id') => JsonValue | undefined

/**
 * The first claim of the profile that names an audience at all decides; a later one never makes up for it.
 * One value is one opaque value: nothing is split, trimmed or compared in part (RFC 7519 section 4.1.3).
 */
export function requireAudience(
  read: ClaimReader,
  { audienceClaims }: TokenProfile,
  accepted: ReadonlySet<string>,
): void {
  const claim = audienceClaims.find(name => read(name) !== undefined) ?? 'aud'
  const aud = read(claim)
  if (aud === undefined) throw new Rejection('claim_missing', { claim })
  const audiences: readonly unknown[] | undefined =
    typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : undefined
  if (audiences === undefined || !audiences.every(audience => typeof audience === 'string')) {
    throw new Rejection('claim_invalid', { claim })
  }
  if (!audiences.some(audience => accepted.has(audience as string))) {
    throw new Rejection('audience_mismatch', { audiences: audiences.length })
  }
}
