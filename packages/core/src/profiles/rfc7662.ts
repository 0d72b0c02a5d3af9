import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from './token-profile.ts'

/**
 * JSON responses of a token introspection endpoint: the default for them. `client_id` and `token_type`, optional in the
 * RFC, are required, for `token_type` is what sets access tokens apart from most refresh tokens. `issuer` and `audience`:
 * what the responses hold as `iss` and `aud`. A token without `username` and `sub` is of
 * unknown kind, because some issuers leave both out for users too (PingFederate unless they are mapped). Roles and
 * permissions are not read.
 * @see https://www.rfc-editor.org/rfc/rfc7662.html#section-2.2
 */
export const rfc7662: TokenProfile = {
  name: 'rfc7662',
  source: 'RFC 7662 section 2.2',
  // No header: for introspection alone.
  types: [],
  requiredClaims: [],
  // Case-insensitive by RFC 6749 section 5.1; these are the spellings in use.
  // `DPoP` exactly where the token is bound to a key (RFC 9449 section 6.2).
  claimValues: { token_type: ['Bearer', 'bearer', 'BEARER', 'DPoP', 'dpop', 'DPOP'] },
  // PingFederate 13.1 also answers for ID tokens.
  refusedClaims: [...MARKS_OF_OTHER_TOKENS],
  audienceClaims: ['aud'],
  clientIdClaims: ['client_id'],
  scopeClaims: [{ path: ['scope'], form: 'words' }],
  roleClaims: [],
  permissionClaims: [],
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'username', present: false },
        { claim: 'sub', isClientId: true },
        { claim: 'auth_time', present: false },
        { claim: 'acr', present: false },
        { claim: 'amr', present: false },
      ],
    },
    // A `username` made from the client's identifier names no user, and a `sub` that is the client contradicts one. Keycloak
    // calls its service accounts `service-account-<client>`.
    {
      kind: 'user',
      when: [
        { claim: 'username', present: true },
        { claim: 'username', isClientId: false },
        { claim: 'username', isClientId: false, prefix: 'service-account-' },
        { claim: 'sub', present: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'username', present: true },
        { claim: 'username', isClientId: false },
        { claim: 'username', isClientId: false, prefix: 'service-account-' },
        { claim: 'sub', present: true },
        { claim: 'sub', isClientId: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'username', present: false },
        { claim: 'sub', present: true },
        { claim: 'sub', isClientId: false },
      ],
    },
  ],
}
