import type { Access } from '@scopeward/core'

export {
  type Access,
  type AppDescription,
  type AuthorizationDetail,
  allOf,
  anyOf,
  authenticated,
  authorizationDetail,
  type ClientAuthentication,
  ConfigurationError,
  type CustomProfile,
  createReplayStore,
  createRevocationList,
  type Denial,
  type DenialCode,
  type DeniedEvent,
  type DpopOptions,
  dpop,
  type Expression,
  type GrantedEvent,
  type IssuerDefinition,
  type IssuerResolver,
  introspection,
  type KeySetEvent,
  mutualTls,
  type ProfileName,
  permission,
  type Readiness,
  type ReplayStore,
  type Requirement,
  type Revocation,
  type RevocationList,
  type RouteDescription,
  role,
  service,
  sharedSecret,
  stepUp,
  type TrustedProxyOptions,
  user,
} from '@scopeward/core'
export { createGuard, type ExpressGuard, type ExpressGuardOptions, type GuardHandler } from './create-guard.ts'
export { describeApp } from './describe-app.ts'
export { type OpenApiInfo, openapi } from './openapi.ts'
export { satisfies } from './satisfies.ts'

declare global {
  namespace Express {
    interface Request {
      /**
       * Who is calling and what they may do; set by the guard of the route before the handler runs. Undefined on a
       * public route, and on an optional one where the request came without credentials.
       */
      auth: Access
    }
  }
}
