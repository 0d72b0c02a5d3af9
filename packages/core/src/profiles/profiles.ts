import { auth0 } from './auth0.ts'
import { cognito } from './cognito.ts'
import { entra } from './entra.ts'
import { fapi2 } from './fapi2.ts'
import { google } from './google.ts'
import { keycloak } from './keycloak.ts'
import { oidcProvider } from './oidc-provider.ts'
import { oidcProviderOpaque } from './oidc-provider-opaque.ts'
import { okta } from './okta.ts'
import { ping } from './ping.ts'
import { plainJwt } from './plain-jwt.ts'
import { rfc7662 } from './rfc7662.ts'
import { rfc9068 } from './rfc9068.ts'
import type { TokenProfile } from './token-profile.ts'

/**
 * The profiles that the option `profile` knows by name. `rfc7662` and `oidcProviderOpaque` are for introspection alone; the
 * default there is `rfc7662`, elsewhere `rfc9068`.
 */
export type ProfileName =
  | 'rfc9068'
  | 'rfc7662'
  | 'auth0'
  | 'okta'
  | 'entra'
  | 'cognito'
  | 'keycloak'
  | 'google'
  | 'ping'
  | 'oidcProvider'
  | 'oidcProviderOpaque'
  | 'fapi2'
  | 'plainJwt'

/**
 * A profile of your own: what a known one says, with changes. `requiredClaims`, `refusedClaims` and `claimValues` are added
 * to the rules of the known one (for one claim, `claimValues` replaces its values); all else replaces what it says.
 */
export interface CustomProfile extends Partial<Omit<TokenProfile, 'name'>> {
  /** For messages and events. */
  readonly name: string
  /** What holds for members that are left out. */
  readonly basedOn: ProfileName
  /**
   * Claims about which the known profile's rules do not hold: they may be missing, may be there, may have any value.
   * Loosens the check. Default: none.
   */
  readonly withoutRulesFor?: readonly string[]
}

/** By name; data that can be read and compared. */
export const PROFILES: Readonly<Record<ProfileName, TokenProfile>> = deeplyFrozen({
  rfc9068,
  rfc7662,
  auth0,
  okta,
  entra,
  cognito,
  keycloak,
  google,
  ping,
  oidcProvider,
  oidcProviderOpaque,
  fapi2,
  plainJwt,
})

/** Exported to everybody in the process, and it decides who gets in. */
function deeplyFrozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) deeplyFrozen(member)
  }
  return Object.freeze(value)
}
