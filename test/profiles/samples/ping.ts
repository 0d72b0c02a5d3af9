import type { ProfileSamples } from '../sample.ts'

const ONE =
  'https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html'
/** An earlier state of that page. */
const ONE_OLD =
  'https://apidocs.pingidentity.com/pingone/main/v1/api/src/authentication-concepts/access-tokens-and-id-tokens/token-claims/'
const CUSTOM = 'https://docs.pingidentity.com/pingone/applications/p1_customize_access_token.html'
const ID_TOKEN = 'https://github.com/malewars/buildanswer/blob/HEAD/tokens.md'
const FEDERATE =
  'https://docs.pingidentity.com/pingfederate/latest/administrators_reference_guide/pf_configure_json_token_management.html'
const FEDERATE_CONTRACT =
  'https://docs.pingidentity.com/r/en-us/pingfederate-113/help_beareraccesstokenmgmtplugintasklet_atmcontractstate'
const FEDERATE_ID_TOKEN =
  'https://docs.pingidentity.com/pingfederate/12.0/administrators_reference_guide/help_policymanagementtasklet_policymanagementstate.html'
const SESSION =
  'https://thalesdocs.com/idpv/integrations/idpv_integrations/pingidentity/set_pingfed/create_access_tok_manag/index.html'
const LOGOUT = 'https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken'

const AUDIENCE = 'https://api.example.com'
const CLIENT = '7f0d3c52-5b1e-4a68-9c44-2f1f6a0f4b11'
const USER = '4c8a7f1e-6ac5-4f7c-9a0d-8d4f4b3c1a55'
const ENVIRONMENT = '1c2d7e90-0a4b-4d55-8f3e-6b7a9d0e2c33'
const ORGANIZATION = '9a8b6c10-3f2e-4d1c-b5a4-7e6d5c4b3a22'
const ONE_ISSUER = `https://auth.pingone.com/${ENVIRONMENT}/as`
const FEDERATE_ISSUER = 'https://sso.example.com'

const clientCredentials = (now: number) => ({
  client_id: CLIENT,
  iss: ONE_ISSUER,
  iat: now,
  exp: now + 3600,
  aud: [AUDIENCE],
  scope: 'orders:read',
})

const userToken = (now: number) => ({
  ...clientCredentials(now),
  sub: USER,
  sid: '5e4d3c2b-1a09-4f8e-9d7c-6b5a49382716',
  acr: 'Single_Factor',
  auth_time: now - 60,
  scope: 'openid orders:read orders:write',
})

const idToken = (now: number) => ({
  iss: ONE_ISSUER,
  sub: USER,
  aud: CLIENT,
  iat: now,
  exp: now + 3600,
  acr: 'possessionorinherence',
  amr: ['otp'],
  auth_time: now - 1,
  sid: '5e4d3c2b-1a09-4f8e-9d7c-6b5a49382716',
  env: ENVIRONMENT,
  org: ORGANIZATION,
  'p1.region': 'NA1',
})

const user = { clientId: CLIENT, subject: USER, kind: 'user' } as const

/** PingOne. */
export const pingSamples: ProfileSamples = {
  profile: 'ping',
  issuer: ONE_ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'a token of a user is accepted without typ',
      source: ONE_OLD,
      header: {},
      claims: userToken,
      expected: 'accepted',
      access: { ...user, scopes: ['openid', 'orders:read', 'orders:write'], roles: [], permissions: [] },
    },
    {
      name: 'a token of a user is accepted with the typ of RFC 9068 and a thumbprint',
      source: ONE,
      header: { typ: 'at+jwt', x5t: 'Wp2XNUkMLxnmcWnLfF2wW1M4Nas' },
      claims: userToken,
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a client credentials token has no subject and is of kind service',
      source: ONE,
      header: { typ: 'at+jwt' },
      claims: clientCredentials,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'service', scopes: ['orders:read'] },
    },
    {
      name: 'a client credentials token without typ is of kind service',
      source: ONE_OLD,
      header: {},
      claims: clientCredentials,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'service' },
    },
    {
      name: 'a token for this API and the PingOne API is accepted',
      source: ONE_OLD,
      header: {},
      claims: now => ({
        ...userToken(now),
        aud: ['https://api.pingone.com', AUDIENCE],
        env: ENVIRONMENT,
        org: ORGANIZATION,
      }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'the audience may be a string',
      source: ONE_OLD,
      header: {},
      claims: now => ({ ...userToken(now), aud: AUDIENCE }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'permissions of PingOne Authorize are read',
      source: CUSTOM,
      header: { typ: 'at+jwt' },
      claims: now => ({ ...userToken(now), 'p1.permissions': ['Invoices:Write', 'Invoices:Read'] }),
      expected: 'accepted',
      access: { ...user, permissions: ['Invoices:Read', 'Invoices:Write'] },
    },
    {
      name: 'a token of a user with the name of the authentication policy alone is of kind user',
      source: ONE,
      header: {},
      claims: now => ({ ...userToken(now), sid: undefined, auth_time: undefined }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a subject without any sign-in leaves the kind unknown',
      source: CUSTOM,
      header: {},
      claims: now => ({ ...clientCredentials(now), sub: USER }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'unknown' },
    },
    {
      name: 'a subject that is the client leaves the kind unknown',
      source: 'https://www.rfc-editor.org/rfc/rfc9700.html#section-4.15',
      header: {},
      claims: now => ({ ...userToken(now), sub: CLIENT }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'unknown' },
    },
    {
      name: 'an ID token is refused',
      source: ID_TOKEN,
      header: {},
      claims: now => ({ ...idToken(now), nonce: 'n-0S6_WzA2Mj' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'an ID token with nonce whose audience is this API is refused',
      source: ID_TOKEN,
      header: {},
      claims: now => ({ ...idToken(now), aud: AUDIENCE, nonce: 'n-0S6_WzA2Mj' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'an ID token without nonce whose audience is this API is refused',
      source: ID_TOKEN,
      header: {},
      claims: now => ({ ...idToken(now), aud: AUDIENCE }),
      expected: 'claim_missing',
    },
    {
      name: 'an ID token of typ JWT is refused',
      source: ID_TOKEN,
      header: { typ: 'JWT' },
      claims: now => ({ ...idToken(now), aud: AUDIENCE }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a logout token is refused',
      source: LOGOUT,
      header: {},
      claims: now => ({
        iss: ONE_ISSUER,
        sub: USER,
        aud: AUDIENCE,
        iat: now,
        exp: now + 120,
        jti: 'bWJq',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a token without client id is refused',
      source: ONE,
      header: {},
      claims: now => ({ ...userToken(now), client_id: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token without scope is refused',
      source: ONE,
      header: {},
      claims: now => ({ ...userToken(now), scope: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token for the PingOne API alone is refused',
      source: ONE_OLD,
      header: {},
      claims: now => ({ ...userToken(now), aud: ['https://api.pingone.com'], env: ENVIRONMENT, org: ORGANIZATION }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a token of another environment is refused',
      source: ONE_OLD,
      header: {},
      claims: now => ({ ...userToken(now), iss: 'https://auth.pingone.com/2d3e8fa1-1b5c-4e66-9a4f-7c8bae1f3d44/as' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token of the same environment in another region is refused',
      source: ONE_OLD,
      header: {},
      claims: now => ({ ...userToken(now), iss: `https://auth.pingone.eu/${ENVIRONMENT}/as` }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'permissions in one string are refused',
      source: CUSTOM,
      header: {},
      claims: now => ({ ...userToken(now), 'p1.permissions': 'Invoices:Read' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a subject that is a number is refused',
      source: ONE,
      header: {},
      claims: now => ({ ...userToken(now), sub: 42 }),
      expected: 'claim_invalid',
    },
  ],
}

const federate = (now: number) => ({
  scope: 'mcp:tools:invoke orders:read',
  authorization_details: [],
  client_id: 'orders-web',
  iss: FEDERATE_ISSUER,
  iat: now,
  sub: 'joe',
  aud: AUDIENCE,
  exp: now + 7200,
})

const federateIdToken = (now: number) => ({
  sub: 'joe',
  aud: 'orders-web',
  jti: 'Nqtu3BPzLzDBlSnqYQfAT9',
  iss: FEDERATE_ISSUER,
  iat: now,
  exp: now + 300,
  'pi.sri': 'x9y5cZ0gkbYy2a8OgnIS6Zs0',
})

const AT_JWT = { typ: 'at+jwt', 'pi.atm': '8dzf' }

/** PingFederate: the same profile, another form of issuer. */
export const pingFederateSamples: ProfileSamples = {
  profile: 'ping',
  issuer: FEDERATE_ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'a token with space-delimited scopes and a type header value is accepted, and its kind is unknown',
      source: FEDERATE,
      header: AT_JWT,
      claims: federate,
      expected: 'accepted',
      access: {
        clientId: 'orders-web',
        subject: 'joe',
        kind: 'unknown',
        scopes: ['mcp:tools:invoke', 'orders:read'],
        roles: [],
        permissions: [],
      },
    },
    {
      name: 'a token with an array of scopes and without type header value and issue time is accepted',
      source: FEDERATE,
      header: { 'pi.atm': '8dzf' },
      claims: now => ({ ...federate(now), iat: undefined, scope: ['openid', 'orders:read'] }),
      expected: 'accepted',
      access: { clientId: 'orders-web', subject: 'joe', kind: 'unknown', scopes: ['openid', 'orders:read'] },
    },
    {
      name: 'an empty array of scopes is none',
      source: FEDERATE,
      header: AT_JWT,
      claims: now => ({ ...federate(now), scope: [] }),
      expected: 'accepted',
      access: { clientId: 'orders-web', subject: 'joe', kind: 'unknown', scopes: [] },
    },
    {
      name: 'a token with the identifier of the session is of kind user',
      source: SESSION,
      header: AT_JWT,
      claims: now => ({ ...federate(now), 'pi.sri': 'x9y5cZ0gkbYy2a8OgnIS6Zs0', groups: ['staff'] }),
      expected: 'accepted',
      access: { clientId: 'orders-web', subject: 'joe', kind: 'user' },
    },
    {
      name: 'a token without subject is not taken for one of a service, because users may lack it too',
      source: FEDERATE_CONTRACT,
      header: AT_JWT,
      claims: now => ({ ...federate(now), sub: undefined, Username: 'joe' }),
      expected: 'accepted',
      access: { clientId: 'orders-web', subject: 'orders-web', kind: 'unknown' },
    },
    {
      name: 'a client credentials token with the client mapped to the subject has an unknown kind',
      source: FEDERATE_CONTRACT,
      header: AT_JWT,
      claims: now => ({ ...federate(now), sub: 'orders-web' }),
      expected: 'accepted',
      access: { clientId: 'orders-web', subject: 'orders-web', kind: 'unknown' },
    },
    {
      name: 'an ID token is refused',
      source: FEDERATE_ID_TOKEN,
      header: {},
      claims: federateIdToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'an ID token with the type header value JWT is refused',
      source: FEDERATE_ID_TOKEN,
      header: { typ: 'JWT' },
      claims: now => ({ ...federateIdToken(now), aud: AUDIENCE }),
      expected: 'type_not_accepted',
    },
    {
      name: 'an ID token without type header value whose audience is this API is refused',
      source: FEDERATE_ID_TOKEN,
      header: {},
      claims: now => ({ ...federateIdToken(now), aud: AUDIENCE }),
      expected: 'claim_missing',
    },
    {
      name: 'an ID token with a state hash whose audience is this API is refused',
      source: FEDERATE_ID_TOKEN,
      header: {},
      claims: now => ({ ...federateIdToken(now), aud: AUDIENCE, s_hash: '76sa5dd' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a token of a manager without client id claim name is refused',
      source: FEDERATE,
      header: AT_JWT,
      claims: now => ({ ...federate(now), client_id: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token of a manager without audience claim value is refused',
      source: FEDERATE,
      header: AT_JWT,
      claims: now => ({ ...federate(now), aud: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token of another access token manager for another audience is refused',
      source: FEDERATE,
      header: AT_JWT,
      claims: now => ({ ...federate(now), aud: 'https://other.example.com' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'an array that holds something else than scopes is refused',
      source: FEDERATE,
      header: AT_JWT,
      claims: now => ({ ...federate(now), scope: ['orders:read', 1] }),
      expected: 'claim_invalid',
    },
  ],
}
