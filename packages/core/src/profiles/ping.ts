import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from './token-profile.ts'

/**
 * Access tokens of PingOne, and JWT access tokens of PingFederate with the claim names it proposes: `typ`, `iat`, `jti` and
 * `sub` may be absent, and `scope` may be an array. `issuer`: `https://auth.pingone.com/<environment id>/as`, or
 * PingFederate's Issuer Claim Value. `audience`: that of the custom resource, or PingFederate's Audience Claim Value.
 * What else a PingFederate token says is up to its administrator, so it is never of kind `service`. Does not cover PingAM
 * and PingOne Advanced Identity Cloud.
 * @see https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html
 * @see https://docs.pingidentity.com/pingfederate/latest/administrators_reference_guide/pf_configure_json_token_management.html
 */
export const ping: TokenProfile = {
  name: 'ping',
  source:
    'https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html',
  // PingOne writes `at+jwt` or nothing, always `at+jwt` from March 2027 on. PingFederate writes its Type Header Value and
  // nothing while that is blank. `JWT` is left out: it is what PingFederate suggests for ID tokens.
  types: ['at+jwt', null],
  // ID tokens have neither.
  requiredClaims: ['client_id', 'scope'],
  claimValues: {},
  refusedClaims: [...MARKS_OF_OTHER_TOKENS],
  audienceClaims: ['aud'],
  clientIdClaims: ['client_id'],
  // PingFederate: an array unless Space Delimit Scope Values is selected.
  // PingOne: an empty string where there is none.
  scopeClaims: [{ path: ['scope'], form: 'either', mayBeEmpty: true }],
  roleClaims: [],
  // PingOne Authorize: the permissions of the signed-in user.
  permissionClaims: [{ path: ['p1.permissions'], form: 'array' }],
  kinds: [
    // PingOne alone (hence `/as`) documents that client credentials tokens lack these. PingFederate may leave out the `sub`
    // of a user.
    {
      kind: 'service',
      when: [
        { claim: 'iss', endsWith: '/as' },
        { claim: 'sub', present: false },
        { claim: 'sid', present: false },
        { claim: 'acr', present: false },
        { claim: 'amr', present: false },
        { claim: 'auth_time', present: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'sub', present: true },
        { claim: 'sub', isClientId: false },
        { claim: 'sid', present: true },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'sub', present: true },
        { claim: 'sub', isClientId: false },
        { claim: 'auth_time', present: true },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'sub', present: true },
        { claim: 'sub', isClientId: false },
        { claim: 'acr', present: true },
      ],
    },
    // PingFederate's session identifier, where the access token manager includes it.
    {
      kind: 'user',
      when: [
        { claim: 'sub', present: true },
        { claim: 'sub', isClientId: false },
        { claim: 'pi.sri', present: true },
      ],
    },
  ],
}
