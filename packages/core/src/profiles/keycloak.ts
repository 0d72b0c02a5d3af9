import type { TokenProfile } from './token-profile.ts'
import { MARKS_OF_OTHER_TOKENS } from './token-profile.ts'

/**
 * Access tokens of Keycloak: `typ: JWT` in the header unless a client is set to `at+jwt`, so the claim `typ` tells them
 * from its other tokens: `Bearer`, or `DPoP` for those that are bound to a key. `issuer` is `https://<host>/realms/<realm>`; `audience` the API's client id, which Keycloak
 * writes only with a role of that client or an Audience mapper. Roles are those of the realm and of the API itself. Kind
 * `user` takes an interactive sign-in (`auth_time`), kind `service` the mappers of service accounts; all else is of
 * unknown kind. Does not cover lightweight tokens, which lack `sub` and roles, or the permissions in UMA tokens.
 * @see https://www.keycloak.org/docs/latest/server_admin/#audience-support
 * @see https://www.keycloak.org/docs/latest/server_admin/#_service_accounts
 * @see https://github.com/keycloak/keycloak/blob/main/core/src/main/java/org/keycloak/util/TokenUtil.java
 */
export const keycloak: TokenProfile = {
  name: 'keycloak',
  source: 'https://www.keycloak.org/docs/latest/server_admin/#audience-support',
  types: ['jwt', 'at+jwt'],
  requiredClaims: ['sub', 'iat', 'jti'],
  claimValues: { typ: ['Bearer', 'DPoP'] },
  // `nonce` stays allowed: before Keycloak 25, or with a mapper for compatibility, access tokens have it too.
  refusedClaims: MARKS_OF_OTHER_TOKENS.filter(claim => claim !== 'nonce'),
  audienceClaims: ['aud'],
  clientIdClaims: ['azp'],
  // An empty string where no scope was granted.
  scopeClaims: [{ path: ['scope'], form: 'words', mayBeEmpty: true }],
  roleClaims: [
    { path: ['realm_access', 'roles'], form: 'array' },
    { path: ['resource_access', '$audience', 'roles'], form: 'array' },
  ],
  permissionClaims: [],
  // A service account is a user in Keycloak, with a `sub` of its own. A person could take its name, hence also the claim
  // of the client credentials grant: `client_id`, or `clientId` for clients made by older versions.
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'client_id', isClientId: true },
        { claim: 'preferred_username', isClientId: true, prefix: 'service-account-' },
        { claim: 'auth_time', present: false },
      ],
    },
    {
      kind: 'service',
      when: [
        { claim: 'clientId', isClientId: true },
        { claim: 'preferred_username', isClientId: true, prefix: 'service-account-' },
        { claim: 'auth_time', present: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'auth_time', present: true },
        { claim: 'preferred_username', present: true },
        { claim: 'preferred_username', isClientId: false, prefix: 'service-account-' },
      ],
    },
  ],
}
