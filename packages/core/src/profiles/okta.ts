import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from './token-profile.ts'

/**
 * Okta custom authorization servers: no `typ` in the header, `cid` for the client, `scp` as an array, `uid` only where there
 * is a user. Option `issuer`: `https://<Okta domain>/oauth2/<authorization server id>`, such as `.../oauth2/default`;
 * `audience`: the server's audience, such as `api://default`. Does not cover the org authorization server
 * (`https://<Okta domain>`), whose tokens may change without notice. A `groups` claim is not read: operators name it as they like.
 * @see https://developer.okta.com/docs/reference/api/oidc/#access-token
 * @see https://developer.okta.com/docs/concepts/oauth-claims/
 */
export const okta: TokenProfile = {
  name: 'okta',
  source: 'https://developer.okta.com/docs/reference/api/oidc/#access-token',
  types: [null],
  // Reserved claims, which cannot be overridden. ID tokens have no `cid` and no `scp`.
  requiredClaims: ['sub', 'iat', 'jti', 'ver', 'scp'],
  claimValues: {},
  refusedClaims: [...MARKS_OF_OTHER_TOKENS],
  audienceClaims: ['aud'],
  clientIdClaims: ['cid'],
  scopeClaims: [{ path: ['scp'], form: 'array' }],
  roleClaims: [],
  permissionClaims: [],
  // Operators may map `sub`; `uid` is Okta's own and is left out where no user is bound to the token.
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'uid', present: false },
        { claim: 'sub', isClientId: true },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'uid', present: true },
        { claim: 'sub', isClientId: false },
      ],
    },
  ],
}
