import type { ProfileSamples } from '../sample.ts'

const ORG = 'https://dev-123456.okta.com'
const ISSUER = `${ORG}/oauth2/default`
const API = 'api://default'
const CLIENT = '0oabzljih3rnr6aGt0h7'
const UID = '00ujmkLgagxeRrAg20g3'
const LOGIN = 'jane.doe@example.com'

const ACCESS_TOKEN_PAGE = 'https://developer.okta.com/docs/reference/api/oidc/#access-token'
const ID_TOKEN_PAGE = 'https://developer.okta.com/docs/reference/api/oidc/#id-token'
const CLAIMS_PAGE = 'https://developer.okta.com/docs/concepts/oauth-claims/'
const SUB_PAGE = 'https://developer.okta.com/docs/reference/api/authorization-servers/#claim-object'
const GROUPS_PAGE = 'https://developer.okta.com/docs/guides/customize-tokens-groups-claim/next-steps'
const CLIENT_JWT_PAGE =
  'https://developer.okta.com/docs/reference/api/oidc/#token-claims-for-client-authentication-with-client-secret-or-private-key-jwt'

const NO_TYPE = {}

function userToken(now: number): Readonly<Record<string, unknown>> {
  return {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: ISSUER,
    aud: API,
    sub: LOGIN,
    iat: now - 60,
    exp: now + 3600,
    cid: CLIENT,
    uid: UID,
    scp: ['openid', 'orders.read'],
  }
}

function serviceToken(now: number): Readonly<Record<string, unknown>> {
  return { ...userToken(now), sub: CLIENT, uid: undefined, scp: ['orders.read'] }
}

function idToken(now: number): Readonly<Record<string, unknown>> {
  return {
    ver: 1,
    sub: UID,
    iss: ISSUER,
    aud: CLIENT,
    iat: now - 60,
    exp: now + 3600,
    jti: 'ID.4eAWJOCMB3SX8XewDfVR',
    amr: ['pwd'],
    idp: '00ok1u7AsAkrwdZL3z0g3',
    auth_time: now - 120,
    name: 'Jane Doe',
    preferred_username: LOGIN,
  }
}

export const oktaSamples: ProfileSamples = {
  profile: 'okta',
  issuer: ISSUER,
  audience: API,
  samples: [
    {
      name: "a user's token whose subject is the login",
      source: SUB_PAGE,
      header: NO_TYPE,
      claims: userToken,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: LOGIN, kind: 'user', scopes: ['openid', 'orders.read'] },
    },
    {
      name: "a user's token whose subject is Okta's identifier",
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({
        ...userToken(now),
        sub: UID,
        scp: ['openid', 'email', 'flights', 'custom'],
        custom_claim: 'x',
      }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: UID, kind: 'user', scopes: ['openid', 'email', 'flights', 'custom'] },
    },
    {
      name: "a user's token with the time of the sign-in",
      source: CLAIMS_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), auth_time: now - 3600 }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: LOGIN, kind: 'user' },
    },
    {
      name: "a user's token with a groups claim, which is no role",
      source: GROUPS_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), groups: ['Everyone', 'Buyers'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: LOGIN, kind: 'user', roles: [], permissions: [] },
    },
    {
      name: "a service's token",
      source: SUB_PAGE,
      header: NO_TYPE,
      claims: serviceToken,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'service', scopes: ['orders.read'] },
    },
    {
      name: "a service's token with several custom scopes",
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...serviceToken(now), scp: ['orders.read', 'orders.write'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'service', scopes: ['orders.read', 'orders.write'] },
    },
    {
      name: 'a token without a user whose subject was mapped to something else is of no kind',
      source: SUB_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...serviceToken(now), sub: 'orders-worker' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: 'orders-worker', kind: 'unknown' },
    },
    {
      name: "a user's token whose subject was mapped to the client is of no kind",
      source: SUB_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), sub: CLIENT }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'unknown' },
    },
    {
      name: 'an ID token, whose audience is the client',
      source: ID_TOKEN_PAGE,
      header: NO_TYPE,
      claims: idToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'an ID token whose audience is this very API',
      source: ID_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...idToken(now), aud: API }),
      expected: 'claim_missing',
    },
    {
      name: 'an ID token with a nonce whose audience is this very API',
      source: ID_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...idToken(now), aud: API, nonce: 'n-0S6_WzA2Mj' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'an ID token with the hash of an access token whose audience is this very API',
      source: ID_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...idToken(now), aud: API, at_hash: 'cpqKfdQA5eH891Ff5oJr_Q' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a token of the org authorization server',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), iss: ORG, aud: ORG }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token of another authorization server of the same org',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), iss: `${ORG}/oauth2/0oacqf8qaJw56czJi0g4` }),
      expected: 'issuer_not_trusted',
    },
    {
      name: "another org's token",
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), iss: 'https://dev-654321.okta.com/oauth2/default' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a JWT with which a client authenticates',
      source: CLIENT_JWT_PAGE,
      header: NO_TYPE,
      claims: now => ({ iss: CLIENT, sub: CLIENT, aud: `${ISSUER}/v1/token`, exp: now + 300 }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token for another API',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), aud: 'https://api.example.com' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a token that names no client',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), cid: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token that names its client in another claim',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), cid: undefined, client_id: CLIENT, azp: CLIENT }),
      expected: 'claim_missing',
    },
    {
      name: 'a token without scopes',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), scp: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token without an identifier',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), jti: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token without a version',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), ver: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token whose scopes are one string',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), scp: 'openid orders.read' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token whose client is an array',
      source: ACCESS_TOKEN_PAGE,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), cid: [CLIENT] }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token with a type in its header',
      source: ACCESS_TOKEN_PAGE,
      header: { typ: 'JWT' },
      claims: userToken,
      expected: 'type_not_accepted',
    },
  ],
}
