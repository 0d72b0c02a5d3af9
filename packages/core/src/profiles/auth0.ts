import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from './token-profile.ts'

/**
 * Auth0, both dialects. The default one has `typ: JWT`, `azp` for the client, `gty` for some grants and no `jti`; the
 * dialect `rfc9068_profile` has `at+jwt`, `client_id` and no `gty`. With RBAC both may have `permissions`. Option `issuer`:
 * `https://<tenant or custom domain>/` with the slash at the end; `audience`: the API identifier. Does not cover opaque and
 * encrypted access tokens. Under `rfc9068_profile` the kind of a user's token is `unknown` unless the API has
 * `agent_subject_claims`: an agent's own token differs from it in nothing but `sub`.
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * @see https://auth0.com/docs/ai-agents-mcp/agents-as-principal/agent-identity-in-tokens
 */
export const auth0: TokenProfile = {
  name: 'auth0',
  source: 'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
  types: ['jwt', 'at+jwt'],
  // `jti` only under `rfc9068_profile`; no scope in a service's token without granted scopes.
  requiredClaims: ['sub', 'iat'],
  claimValues: {},
  // An Action can set none of these in an access token: https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
  refusedClaims: [...MARKS_OF_OTHER_TOKENS, 'typ', 'token_use'],
  audienceClaims: ['aud'],
  clientIdClaims: ['azp', 'client_id'],
  scopeClaims: [{ path: ['scope'], form: 'words' }],
  roleClaims: [],
  permissionClaims: [{ path: ['permissions'], form: 'array' }],
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'gty', equals: 'client-credentials' },
        { claim: 'sub', isClientId: true, suffix: '@clients' },
      ],
    },
    // `rfc9068_profile` has neither `azp` nor `gty`. Users' identifiers have a provider and a bar before the rest.
    {
      kind: 'service',
      when: [
        { claim: 'azp', present: false },
        { claim: 'gty', present: false },
        { claim: 'sub', isClientId: true, suffix: '@clients' },
      ],
    },
    // An agent by itself. In the token of a user who called through it, it is in `act` and not in `sub_profile`.
    {
      kind: 'service',
      when: [
        { claim: 'sub_profile', equals: 'ai_agent' },
        { claim: 'client_profile', equals: 'service ai_agent' },
        { claim: 'act', present: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'sub_profile', equals: 'user' },
        { claim: 'sub', isClientId: false, suffix: '@clients' },
      ],
    },
    // In the default dialect each client credentials token says so in `gty`: https://github.com/auth0/docs-v2/pull/1282
    {
      kind: 'user',
      when: [
        { claim: 'azp', present: true },
        { claim: 'gty', present: false },
        { claim: 'sub_profile', present: false },
        { claim: 'sub', isClientId: false, suffix: '@clients' },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'gty', equals: 'password' },
        { claim: 'sub_profile', present: false },
        { claim: 'sub', isClientId: false, suffix: '@clients' },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'gty', equals: 'refresh_token' },
        { claim: 'sub_profile', present: false },
        { claim: 'sub', isClientId: false, suffix: '@clients' },
      ],
    },
  ],
}
