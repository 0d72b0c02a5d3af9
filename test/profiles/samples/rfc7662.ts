import type { ProfileSamples } from '../sample.ts'

const RFC = 'https://www.rfc-editor.org/rfc/rfc7662.html#section-2.2'
const KEYCLOAK = 'https://lists.jboss.org/pipermail/keycloak-user/2017-January/009278.html'
const KEYCLOAK_CODE =
  'https://github.com/keycloak/keycloak/blob/HEAD/services/src/main/java/org/keycloak/protocol/oidc/AccessTokenIntrospectionProvider.java'
const OKTA =
  'https://github.com/okta/okta-developer-docs/blob/424da686a1935af7a5c5256b204e93cd474e2451/packages/@okta/vuepress-site/docs/reference/api/oidc/index.md'
const PING = 'https://docs.pingidentity.com/r/en-us/pingfederate-110/pf_introspec_endpoint'
const OIDC_PROVIDER = 'https://github.com/panva/node-oidc-provider/blob/HEAD/lib/actions/introspection.js'
const ISSUER = 'https://server.example.com/'
const AUDIENCE = 'https://protected.example.net/resource'

/** The example of the RFC, which has no `token_type`. */
const printed = (now: number) => ({
  active: true,
  client_id: 'l238j323ds-23ij4',
  username: 'jdoe',
  scope: 'read write dolphin',
  sub: 'Z5O3upPC88QrAjx00dis',
  aud: AUDIENCE,
  iss: ISSUER,
  exp: now + 3600,
  iat: now,
  extension_field: 'twenty-seven',
})

const response = (now: number) => ({ ...printed(now), token_type: 'Bearer' })

const keycloak = (now: number) => ({
  exp: now + 300,
  iat: now,
  jti: '7e0a2c4b-9725-432b-a0fd-594f21686108',
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'e89175d5-94fd-453a-8abb-9953d59d04cf',
  typ: 'Bearer',
  azp: 'proxy',
  auth_time: now - 60,
  preferred_username: 'jason',
  acr: '0',
  realm_access: { roles: ['uma_authorization'] },
  resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
  scope: 'profile email',
  client_id: 'proxy',
  username: 'jason',
  token_type: 'Bearer',
  active: true,
})

const okta = (now: number) => ({
  active: true,
  token_type: 'Bearer',
  scope: 'openid profile',
  client_id: 'a9VpZDRCeFh3Nkk2VdYa',
  username: 'john.doe@example.com',
  exp: now + 3600,
  iat: now,
  sub: 'john.doe@example.com',
  aud: AUDIENCE,
  iss: ISSUER,
  jti: 'AT.7P4KlczBYVcWLkxduEuKeZfeiNYkZIC9uGJ28Cc-YaI',
  uid: '00uid4BxXw6I6TV4m0g3',
})

const oidcProvider = (now: number) => ({
  active: true,
  client_id: 'orders-batch',
  exp: now + 600,
  iat: now,
  iss: ISSUER,
  aud: AUDIENCE,
  scope: 'orders:read',
  token_type: 'Bearer',
})

const jdoe = { clientId: 'l238j323ds-23ij4', subject: 'Z5O3upPC88QrAjx00dis', kind: 'user' } as const

/** Responses have no header. */
export const rfc7662Samples: ProfileSamples = {
  profile: 'rfc7662',
  issuer: ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'the example of the RFC with a token type is accepted',
      source: RFC,
      claims: response,
      expected: 'accepted',
      access: { ...jdoe, scopes: ['dolphin', 'read', 'write'], roles: [], permissions: [] },
    },
    {
      name: 'a token type in lower case is accepted',
      source: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.1',
      claims: now => ({ ...response(now), token_type: 'bearer' }),
      expected: 'accepted',
      access: jdoe,
    },
    {
      name: 'one of several audiences is enough',
      source: RFC,
      claims: now => ({ ...response(now), aud: ['https://other.example.net/', AUDIENCE] }),
      expected: 'accepted',
      access: jdoe,
    },
    {
      name: 'a response without scope, subject and issue time is accepted',
      source: RFC,
      claims: now => ({ ...response(now), scope: undefined, sub: undefined, iat: undefined }),
      expected: 'accepted',
      access: { clientId: 'l238j323ds-23ij4', subject: 'l238j323ds-23ij4', kind: 'user', scopes: [] },
    },
    {
      name: 'a subject that is the client is of kind service',
      source: 'https://www.rfc-editor.org/rfc/rfc9068.html#section-2.2',
      claims: now => ({ ...response(now), username: undefined, sub: 'l238j323ds-23ij4' }),
      expected: 'accepted',
      access: { clientId: 'l238j323ds-23ij4', subject: 'l238j323ds-23ij4', kind: 'service' },
    },
    {
      name: 'a sign-in of a subject that is the client leaves the kind unknown',
      source: 'https://www.rfc-editor.org/rfc/rfc9470.html#section-6.2',
      claims: now => ({ ...response(now), username: undefined, sub: 'l238j323ds-23ij4', auth_time: now - 60 }),
      expected: 'accepted',
      access: { clientId: 'l238j323ds-23ij4', subject: 'l238j323ds-23ij4', kind: 'unknown' },
    },
    {
      name: 'a user whose subject is the client leaves the kind unknown',
      source: 'https://www.rfc-editor.org/rfc/rfc9700.html#section-4.15',
      claims: now => ({ ...response(now), sub: 'l238j323ds-23ij4' }),
      expected: 'accepted',
      access: { clientId: 'l238j323ds-23ij4', subject: 'l238j323ds-23ij4', kind: 'unknown' },
    },
    {
      name: 'Keycloak: a token of a user is accepted',
      source: KEYCLOAK,
      claims: keycloak,
      expected: 'accepted',
      access: {
        clientId: 'proxy',
        subject: 'e89175d5-94fd-453a-8abb-9953d59d04cf',
        kind: 'user',
        scopes: ['email', 'profile'],
        roles: [],
      },
    },
    {
      name: 'Keycloak: a token of a service account is not taken for a user',
      source: KEYCLOAK_CODE,
      claims: now => ({
        ...keycloak(now),
        auth_time: undefined,
        sub: '6e1a6ea2-2dfb-4ac1-a5ce-0b53bb5bc4a5',
        preferred_username: 'service-account-proxy',
        username: 'service-account-proxy',
        clientHost: '192.0.2.1',
        clientAddress: '192.0.2.1',
      }),
      expected: 'accepted',
      access: { clientId: 'proxy', subject: '6e1a6ea2-2dfb-4ac1-a5ce-0b53bb5bc4a5', kind: 'unknown' },
    },
    {
      name: 'Okta: an access token of a user is accepted',
      source: OKTA,
      claims: okta,
      expected: 'accepted',
      access: {
        clientId: 'a9VpZDRCeFh3Nkk2VdYa',
        subject: 'john.doe@example.com',
        kind: 'user',
        scopes: ['openid', 'profile'],
      },
    },
    {
      name: 'oidc-provider: a token for an account has no username and is of kind user',
      source: OIDC_PROVIDER,
      claims: now => ({ ...oidcProvider(now), sub: '23121d3c-84df-44ac-b458-3d63a9a05497', sid: 'V6kq' }),
      expected: 'accepted',
      access: {
        clientId: 'orders-batch',
        subject: '23121d3c-84df-44ac-b458-3d63a9a05497',
        kind: 'user',
        scopes: ['orders:read'],
      },
    },
    {
      name: 'oidc-provider: a client credentials token has neither username nor subject, which leaves the kind unknown',
      source: OIDC_PROVIDER,
      claims: oidcProvider,
      expected: 'accepted',
      access: { clientId: 'orders-batch', subject: 'orders-batch', kind: 'unknown', scopes: ['orders:read'] },
    },
    {
      name: 'PingFederate: a token of a user with username and subject mapped, and a token type, is accepted',
      source: PING,
      claims: now => ({
        active: true,
        client_id: 'ac_client',
        scope: 'edit',
        exp: now + 7200,
        iss: ISSUER,
        aud: AUDIENCE,
        token_type: 'Bearer',
        username: 'joe',
        sub: 'joe',
      }),
      expected: 'accepted',
      access: { clientId: 'ac_client', subject: 'joe', kind: 'user', scopes: ['edit'] },
    },
    {
      name: 'the example of the RFC as printed is refused, because it has no token type',
      source: RFC,
      claims: printed,
      expected: 'claim_missing',
    },
    {
      name: 'PingFederate: the documented elements alone are refused, because there is no token type',
      source: PING,
      claims: now => ({
        active: true,
        client_id: 'ac_client',
        scope: 'edit',
        exp: now + 7200,
        iss: ISSUER,
        aud: AUDIENCE,
      }),
      expected: 'claim_missing',
    },
    {
      name: 'PingFederate: a refresh token, whose response is active and nothing else, is refused',
      source: PING,
      claims: () => ({ active: true }),
      expected: 'claim_missing',
    },
    {
      name: 'Keycloak: a refresh token is refused',
      source: KEYCLOAK_CODE,
      claims: now => ({ ...keycloak(now), typ: 'Refresh', token_type: 'Refresh' }),
      expected: 'claim_invalid',
    },
    {
      name: 'Keycloak: a response without token type, as old releases gave it, is refused',
      source: KEYCLOAK,
      claims: now => ({ ...keycloak(now), token_type: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'Okta: a refresh token has no audience and is refused',
      source: OKTA,
      claims: now => ({
        active: true,
        token_type: 'Bearer',
        scope: 'openid profile email',
        client_id: 'a9VpZDRCeFh3Nkk2VdYa',
        username: 'john.doe@example.com',
        exp: now + 3600,
        sub: 'john.doe@example.com',
        device_id: 'q4SZgrA9sOeHkfst5uaa',
      }),
      expected: 'claim_missing',
    },
    {
      name: 'oidc-provider: a refresh token has no token type and is refused',
      source: OIDC_PROVIDER,
      claims: now => ({ ...oidcProvider(now), sub: '23121d3c-84df-44ac-b458-3d63a9a05497', token_type: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'an ID token for which the endpoint answers is refused',
      source: 'https://docs.pingidentity.com/pingfederate/13.1/developers_reference_guide/pf_introspec_endpoint.md',
      claims: now => ({ ...response(now), nonce: 'n-0S6_WzA2Mj', at_hash: 'hK3VxOVo8TMTuzTvLNXo4g' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a DPoP token is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc9449.html#section-6.2',
      claims: now => ({ ...response(now), token_type: 'DPoP' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token bound to a certificate is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc8705.html#section-3.2',
      claims: now => ({ ...response(now), cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } }),
      expected: 'sender_constraint_unsupported',
    },
    {
      name: 'a response without client id is refused',
      source: RFC,
      claims: now => ({ ...response(now), client_id: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a response without audience is refused',
      source: RFC,
      claims: now => ({ ...response(now), aud: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'scopes in an array are refused',
      source: 'https://github.com/simpleidserver/SimpleIdServer/issues/957',
      claims: now => ({ ...response(now), scope: ['read', 'write'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'a client id that is a number is refused',
      source: RFC,
      claims: now => ({ ...response(now), client_id: 238 }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token for another resource is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc9700.html#section-2.3',
      claims: now => ({ ...response(now), aud: 'https://other.example.net/' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a token of another issuer is refused',
      source: RFC,
      claims: now => ({ ...response(now), iss: 'https://server.example.net/' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'an expired token is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc7662.html#section-4',
      claims: now => ({ ...response(now), exp: now - 3600, iat: now - 7200 }),
      expected: 'token_expired',
    },
  ],
}
