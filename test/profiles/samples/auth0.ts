import type { ProfileSamples } from '../sample.ts'

const ISSUER = 'https://orders-tenant.eu.auth0.com/'
const API = 'https://api.example.com/orders'
const USERINFO = 'https://orders-tenant.eu.auth0.com/userinfo'
const CLIENT = 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja'
const SERVICE = 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx'
const USER = 'auth0|6553da60a54af58e29493993'

const PROFILES_PAGE = 'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles'
const GTY_CORRECTION = 'https://github.com/auth0/docs-v2/pull/1282'
const ON_BEHALF_PAGE = 'https://auth0.com/docs/secure/call-apis-on-users-behalf/on-behalf-of-token-exchange'
const AGENT_PAGE = 'https://auth0.com/docs/ai-agents-mcp/agents-as-principal/agent-identity-in-tokens'
const ID_TOKEN_PAGE = 'https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure'
const CUSTOM_CLAIMS_PAGE = 'https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims'
const LOGOUT_PAGE = 'https://auth0.com/docs/authenticate/login/logout/back-channel-logout/configure-back-channel-logout'

const AT_JWT = { typ: 'at+jwt' }

function times(now: number): { readonly iat: number; readonly exp: number } {
  return { iat: now - 60, exp: now + 3600 }
}

/** The default dialect. */
function userToken(now: number): Readonly<Record<string, unknown>> {
  return { iss: ISSUER, sub: USER, aud: API, azp: CLIENT, scope: 'read:orders', ...times(now) }
}

function serviceToken(now: number): Readonly<Record<string, unknown>> {
  const sub = `${SERVICE}@clients`
  return { iss: ISSUER, sub, aud: API, azp: SERVICE, gty: 'client-credentials', ...times(now) }
}

/** The dialect `rfc9068_profile`. */
function rfc9068UserToken(now: number): Readonly<Record<string, unknown>> {
  const jti = '73WakrfVbNJBaAmhQtEeDv'
  return { iss: ISSUER, sub: USER, aud: API, client_id: CLIENT, jti, scope: 'read:orders', ...times(now) }
}

function idToken(now: number): Readonly<Record<string, unknown>> {
  return { iss: ISSUER, sub: USER, aud: CLIENT, name: 'Jane Doe', email: 'jane@example.com', ...times(now) }
}

function logoutToken(now: number): Readonly<Record<string, unknown>> {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const jti = '44a91215-dfb4-4dfe-a1eb-fcafa911deba'
  return { iss: ISSUER, sub: USER, aud: CLIENT, iat: now, exp: now + 120, jti, events, sid: '375UIp_ID5mCTClI' }
}

export const auth0Samples: ProfileSamples = {
  profile: 'auth0',
  issuer: ISSUER,
  audience: API,
  samples: [
    {
      name: "a user's token for the API and userinfo",
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), aud: [API, USERINFO], scope: 'openid profile read:orders' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', scopes: ['openid', 'profile', 'read:orders'] },
    },
    {
      name: "a user's token with RBAC permissions",
      source: PROFILES_PAGE,
      claims: now => ({
        ...userToken(now),
        permissions: ['create:orders', 'read:orders'],
        org_id: 'org_9ybsU1dN2dKfDkBi',
      }),
      expected: 'accepted',
      access: {
        clientId: CLIENT,
        subject: USER,
        kind: 'user',
        scopes: ['read:orders'],
        permissions: ['create:orders', 'read:orders'],
      },
    },
    {
      name: "a user's token of the password grant",
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), gty: 'password' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user' },
    },
    {
      name: "a user's token of the refresh token grant",
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), gty: 'refresh_token' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user' },
    },
    {
      name: "a user's token exchanged by another API",
      source: ON_BEHALF_PAGE,
      claims: now => ({ ...userToken(now), azp: SERVICE, act: { sub: SERVICE, act: { sub: CLIENT } } }),
      expected: 'accepted',
      access: { clientId: SERVICE, subject: USER, kind: 'user' },
    },
    {
      name: "a service's token without scopes",
      source: GTY_CORRECTION,
      claims: serviceToken,
      expected: 'accepted',
      access: { clientId: SERVICE, subject: `${SERVICE}@clients`, kind: 'service', scopes: [] },
    },
    {
      name: "a service's token with scopes and permissions",
      source: PROFILES_PAGE,
      claims: now => ({ ...serviceToken(now), scope: 'read:orders', permissions: ['read:orders'] }),
      expected: 'accepted',
      access: {
        clientId: SERVICE,
        subject: `${SERVICE}@clients`,
        kind: 'service',
        scopes: ['read:orders'],
        permissions: ['read:orders'],
      },
    },
    {
      name: "a service's token in the dialect rfc9068_profile",
      source: PROFILES_PAGE,
      header: AT_JWT,
      claims: now => ({ ...rfc9068UserToken(now), sub: `${SERVICE}@clients`, client_id: SERVICE }),
      expected: 'accepted',
      access: { clientId: SERVICE, subject: `${SERVICE}@clients`, kind: 'service', scopes: ['read:orders'] },
    },
    {
      name: "a user's token in the dialect rfc9068_profile, which no claim tells from an agent's",
      source: PROFILES_PAGE,
      header: AT_JWT,
      claims: now => ({ ...rfc9068UserToken(now), aud: [API, USERINFO] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'unknown', scopes: ['read:orders'] },
    },
    {
      name: "a user's token in the dialect rfc9068_profile_authz for an API with agent_subject_claims",
      source: AGENT_PAGE,
      header: AT_JWT,
      claims: now => ({
        ...rfc9068UserToken(now),
        sub_profile: 'user',
        client_profile: 'browser_app',
        permissions: ['read:orders'],
      }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', permissions: ['read:orders'] },
    },
    {
      name: "a user's token asked for by an agent",
      source: AGENT_PAGE,
      header: AT_JWT,
      claims: now => ({
        ...rfc9068UserToken(now),
        sub_profile: 'user',
        client_profile: 'ai_agent',
        act: { sub: 'agt_1a2b3c', sub_profile: 'ai_agent', client_id: CLIENT },
      }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user' },
    },
    {
      name: "an agent's own token for an API with agent_subject_claims",
      source: AGENT_PAGE,
      header: AT_JWT,
      claims: now => ({
        ...rfc9068UserToken(now),
        sub: 'agt_1a2b3c',
        sub_profile: 'ai_agent',
        client_profile: 'service ai_agent',
      }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: 'agt_1a2b3c', kind: 'service' },
    },
    {
      name: "an agent's own token for any other API is never a user's",
      source: AGENT_PAGE,
      header: AT_JWT,
      claims: now => ({ ...rfc9068UserToken(now), sub: 'agt_1a2b3c' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: 'agt_1a2b3c', kind: 'unknown' },
    },
    {
      name: "a subject in a client's form beside the grant of a user is of no kind",
      source: PROFILES_PAGE,
      claims: now => ({ ...serviceToken(now), gty: 'password' }),
      expected: 'accepted',
      access: { clientId: SERVICE, subject: `${SERVICE}@clients`, kind: 'unknown' },
    },
    {
      name: 'an ID token, whose audience is the client',
      source: ID_TOKEN_PAGE,
      claims: idToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'an ID token whose audience is this very API',
      source: ID_TOKEN_PAGE,
      claims: now => ({ ...idToken(now), aud: API }),
      expected: 'claim_missing',
    },
    {
      name: 'an ID token with a nonce whose audience is this very API and which names a client',
      source: CUSTOM_CLAIMS_PAGE,
      claims: now => ({ ...idToken(now), aud: API, azp: CLIENT, nonce: 'n-0S6_WzA2Mj' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'an ID token with the hash of an access token whose audience is this very API',
      source: CUSTOM_CLAIMS_PAGE,
      claims: now => ({ ...idToken(now), aud: API, azp: CLIENT, at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a logout token, whose audience is the client',
      source: LOGOUT_PAGE,
      claims: logoutToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'a logout token whose audience is this very API',
      source: LOGOUT_PAGE,
      claims: now => ({ ...logoutToken(now), aud: API }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a token that names no client',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), azp: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token without a subject',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), sub: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token for userinfo alone',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), aud: [USERINFO] }),
      expected: 'audience_mismatch',
    },
    {
      name: "another tenant's token",
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), iss: 'https://another-tenant.eu.auth0.com/' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token whose issuer lacks the slash at the end',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), iss: ISSUER.slice(0, -1) }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token whose client is a number',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), azp: 42 }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token whose scope is an array',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), scope: ['read:orders'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token whose permissions are one string',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), permissions: 'read:orders' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token bound to another client certificate',
      source: PROFILES_PAGE,
      claims: now => ({ ...userToken(now), cnf: { 'x5t#S256': 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0' } }),
      expected: 'client_certificate_mismatch',
    },
    {
      name: 'a token without a type in its header',
      source: PROFILES_PAGE,
      header: {},
      claims: userToken,
      expected: 'type_not_accepted',
    },
  ],
}
