import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from './token-profile.ts'

/**
 * Microsoft Entra ID: `typ: JWT`, the client in `azp` (v2.0) or `appid` (v1.0), `scp` for delegated permissions, `roles` for
 * application permissions and app roles, no `jti`. Options for v2.0: `issuer` `https://login.microsoftonline.com/<tenant id>/v2.0`
 * and as `audience` the API's client id; for v1.0: `https://sts.windows.net/<tenant id>/` and the App ID URI or the client id.
 * ID tokens of the API's own registration have that audience too, but name no client. A person's token without `scp` is of
 * unknown kind unless the registration has the optional claim `idtyp`. Not for Azure AD B2C, Microsoft's own APIs and multi-tenant issuers.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/scenario-protected-web-api-verification-scope-app-roles
 */
export const entra: TokenProfile = {
  name: 'entra',
  source: 'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference',
  types: ['jwt'],
  requiredClaims: ['sub', 'iat', 'tid'],
  claimValues: { ver: ['1.0', '2.0'] },
  refusedClaims: [...MARKS_OF_OTHER_TOKENS, 'typ', 'token_use'],
  audienceClaims: ['aud'],
  clientIdClaims: ['azp', 'appid'],
  scopeClaims: [{ path: ['scp'], form: 'words' }],
  // `wids` and `groups` are the tenant's and not this API's.
  roleClaims: [{ path: ['roles'], form: 'array' }],
  permissionClaims: [],
  // No rule for `roles` without `scp`: users have app roles too, and their tokens need not have scopes.
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'idtyp', equals: 'app' },
        { claim: 'scp', present: false },
      ],
    },
    // Microsoft's own test where the optional claim is not there: the subject is the service principal itself, and nothing
    // was delegated. A person's `sub` is made for each app and never the `oid`.
    {
      kind: 'service',
      when: [
        { claim: 'idtyp', present: false },
        { claim: 'scp', present: false },
        { claim: 'sub', equalsClaim: 'oid' },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'idtyp', equals: 'user' },
        { claim: 'sub', isClientId: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'idtyp', present: false },
        { claim: 'scp', present: true },
        { claim: 'sub', isClientId: false },
      ],
    },
  ],
}
