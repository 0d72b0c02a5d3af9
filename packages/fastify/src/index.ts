export {
  type Access,
  type AuthorizationDetail,
  allOf,
  anyOf,
  authenticated,
  authorizationDetail,
  type ClientAuthentication,
  ConfigurationError,
  type CustomProfile,
  type Denial,
  type DenialCode,
  type DeniedEvent,
  type Expression,
  type GrantedEvent,
  type IssuerDefinition,
  type IssuerResolver,
  introspection,
  type KeySetEvent,
  type ProfileName,
  permission,
  type Requirement,
  role,
  service,
  sharedSecret,
  stepUp,
  user,
} from '@scopeward/core'
export { type ScopewardOptions, scopeward as default, scopeward } from './plugin.ts'
export { type OptionalRoute, optional, type PublicRoute, publicRoute, type RouteAccess } from './route-access.ts'
export { satisfies } from './satisfies.ts'
export type { Register, RegisteredScope } from './types.ts'
