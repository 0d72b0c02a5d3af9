import type { TokenProfile } from './token-profile.ts'

/** JWT access tokens by the book: the default. */
export const rfc9068: TokenProfile = {
  name: 'rfc9068',
  source: 'RFC 9068 sections 2 and 4',
  types: ['at+jwt'],
  requiredClaims: ['sub', 'iat', 'jti'],
  claimValues: {},
  refusedClaims: [],
  audienceClaims: ['aud'],
  clientIdClaims: ['client_id'],
  scopeClaims: [{ path: ['scope'], form: 'words' }],
  roleClaims: [{ path: ['roles'], form: 'either' }],
  permissionClaims: [{ path: ['entitlements'], form: 'either' }],
  // Section 2.2: without a resource owner `sub` is the client. A sign-in in the same token contradicts that.
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'sub', isClientId: true },
        { claim: 'auth_time', present: false },
        { claim: 'acr', present: false },
        { claim: 'amr', present: false },
      ],
    },
    { kind: 'user', when: [{ claim: 'sub', isClientId: false }] },
  ],
}
