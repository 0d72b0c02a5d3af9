import type { DenialCode } from '../errors/denials.ts'
import { PROFILES, type ProfileName } from './profiles.ts'
import type { TokenProfile } from './token-profile.ts'

/** What a token looks like: its `typ` and the names of its claims, no values. */
export interface TokenShape {
  readonly type: string | undefined
  readonly claims: ReadonlySet<string>
}

/** A token refused with one of these codes may only be written in another vendor's way. */
const SHAPE_CODES: ReadonlySet<DenialCode> = new Set<DenialCode>([
  'type_not_accepted',
  'claim_missing',
  'claim_invalid',
  'claim_not_accepted',
])

/** From the most to the least particular: the first that fits is the best. Presets and the default are not suggested. */
const CANDIDATES: readonly ProfileName[] = [
  'cognito',
  'okta',
  'entra',
  'google',
  'keycloak',
  'ping',
  'auth0',
  'plainJwt',
]

export function isShapeRefusal(code: DenialCode): boolean {
  return SHAPE_CODES.has(code)
}

/**
 * The profile under which a token of this shape might be accepted. A hint for operators, from names that nobody has
 * verified: no decision rests on it.
 */
export function fittingProfile(shape: TokenShape, configured: TokenProfile): ProfileName | undefined {
  return CANDIDATES.find(name => name !== configured.name && fits(shape, PROFILES[name]))
}

function fits({ type, claims }: TokenShape, profile: TokenProfile): boolean {
  const { clientIdClaims, audienceClaims } = profile
  return (
    profile.types.includes(type ?? null) &&
    ['exp', ...profile.requiredClaims, ...Object.keys(profile.claimValues)].every(name => claims.has(name)) &&
    audienceClaims.some(name => claims.has(name)) &&
    (clientIdClaims.length === 0 || clientIdClaims.some(name => claims.has(name))) &&
    !profile.refusedClaims.some(name => claims.has(name))
  )
}
