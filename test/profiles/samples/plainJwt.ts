import type { ProfileSamples } from '../sample.ts'

const MOCK_ISSUER = 'https://github.com/axa-group/oauth2-mock-server/blob/HEAD/src/lib/oauth2-issuer.ts'
const MOCK_SERVICE = 'https://github.com/axa-group/oauth2-mock-server/blob/HEAD/src/lib/oauth2-service.ts'
const MOCK_README = 'https://github.com/axa-group/oauth2-mock-server#beforetokensigning'
const RFC = 'https://www.rfc-editor.org/rfc/rfc7519.html'
const OIDC = 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken'
const ISSUER = 'https://mock.example.com'
const AUDIENCE = 'https://api.example.com/'

/** What oauth2-mock-server answers to client credentials with `scope` and `aud` in the request. */
const token = (now: number) => ({
  iss: ISSUER,
  iat: now,
  exp: now + 3600,
  nbf: now - 10,
  scope: 'orders:read orders:write',
  aud: AUDIENCE,
})

const idToken = (now: number) => ({
  iss: ISSUER,
  iat: now,
  exp: now + 3600,
  nbf: now - 10,
  sub: 'johndoe',
  aud: 'orders-web',
})

const nobody = { clientId: '', subject: '', kind: 'unknown' } as const
const johndoe = { clientId: '', subject: 'johndoe', kind: 'unknown' } as const

export const plainJwtSamples: ProfileSamples = {
  profile: 'plainJwt',
  issuer: ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'a client credentials token is accepted and says neither client nor subject',
      source: MOCK_SERVICE,
      claims: token,
      expected: 'accepted',
      access: { ...nobody, scopes: ['orders:read', 'orders:write'], roles: [], permissions: [] },
    },
    {
      name: 'one of several audiences is enough',
      source: MOCK_SERVICE,
      claims: now => ({ ...token(now), aud: ['https://other.example.com/', AUDIENCE] }),
      expected: 'accepted',
      access: nobody,
    },
    {
      name: 'a password token to which a hook added the audience is accepted and its kind is unknown',
      source: MOCK_README,
      claims: now => ({ ...token(now), sub: 'johndoe', amr: ['pwd'] }),
      expected: 'accepted',
      access: { ...johndoe, scopes: ['orders:read', 'orders:write'] },
    },
    {
      name: 'a client id that a hook added is not read',
      source: MOCK_README,
      claims: now => ({ ...token(now), client_id: 'orders-batch' }),
      expected: 'accepted',
      access: nobody,
    },
    {
      name: 'a subject that is the client leaves the kind unknown',
      source: 'https://www.rfc-editor.org/rfc/rfc9700.html#section-4.15',
      claims: now => ({ ...token(now), sub: 'orders-batch', client_id: 'orders-batch' }),
      expected: 'accepted',
      access: { clientId: '', subject: 'orders-batch', kind: 'unknown' },
    },
    {
      name: 'a token without typ is accepted',
      source: `${RFC}#section-5.1`,
      header: {},
      claims: token,
      expected: 'accepted',
      access: nobody,
    },
    {
      name: 'a token with no more than issuer, audience, times and scope is accepted',
      source: `${RFC}#section-4.1`,
      claims: now => ({ iss: ISSUER, aud: AUDIENCE, exp: now + 3600, iat: now, scope: 'orders:read' }),
      expected: 'accepted',
      access: { ...nobody, scopes: ['orders:read'] },
    },
    {
      name: 'roles and permissions are not read',
      source: `${RFC}#section-4.3`,
      claims: now => ({ ...token(now), roles: ['admin'], entitlements: ['all'], permissions: ['all'] }),
      expected: 'accepted',
      access: { ...nobody, roles: [], permissions: [] },
    },
    {
      name: 'an ID token is refused',
      source: MOCK_SERVICE,
      claims: idToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'an ID token whose audience is this API is refused',
      source: OIDC,
      claims: now => ({ ...idToken(now), aud: AUDIENCE }),
      expected: 'claim_missing',
    },
    {
      name: 'an ID token with nonce whose audience is this API is refused',
      source: MOCK_SERVICE,
      claims: now => ({ ...idToken(now), aud: AUDIENCE, nonce: 'n-0S6_WzA2Mj' }),
      expected: 'claim_not_accepted',
    },
    ...(
      [
        ['nonce', 'n-0S6_WzA2Mj'],
        ['at_hash', 'hK3VxOVo8TMTuzTvLNXo4g'],
        ['c_hash', 'Jph4ZdCMbyg5FLiXdJgE4Q'],
        ['auth_time', 1_700_000_000],
        ['acr', 'urn:mace:incommon:iap:silver'],
        ['sid', '08a5019c-17e1-4977-8f42-65a12843ea02'],
        ['session_state', 'c05ea410-6f0a-458d-9b2c-debafba732b7'],
        ['typ', 'Refresh'],
        ['token_use', 'id'],
      ] as const
    ).map(([claim, value]) => ({
      name: `a token with scope and the mark ${claim} is refused`,
      source: OIDC,
      claims: (now: number) => ({ ...token(now), [claim]: value }),
      expected: 'claim_not_accepted' as const,
    })),
    {
      name: 'a logout token is refused',
      source: 'https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken',
      claims: now => ({
        ...idToken(now),
        aud: AUDIENCE,
        jti: 'bWJq',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a DPoP proof without its typ is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc9449.html#section-4.2',
      claims: now => ({ ...token(now), jti: '-BwC3ESc6acc2lTc', htm: 'GET', htu: AUDIENCE }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a token by RFC 9068 is refused, because there is a stronger profile for it',
      source: 'https://www.rfc-editor.org/rfc/rfc9068.html#section-2.1',
      header: { typ: 'at+jwt' },
      claims: token,
      expected: 'type_not_accepted',
    },
    {
      name: 'an authorization code token without audience is refused',
      source: MOCK_SERVICE,
      claims: now => ({ ...token(now), aud: undefined, sub: 'johndoe', amr: ['pwd'], scope: 'dummy' }),
      expected: 'claim_missing',
    },
    {
      name: 'a token built without scope is refused',
      source: MOCK_ISSUER,
      claims: now => ({ ...token(now), scope: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token without iat is refused',
      source: `${RFC}#section-4.1.6`,
      claims: now => ({ ...token(now), iat: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'scopes in an array are refused',
      source: 'https://www.rfc-editor.org/rfc/rfc8693.html#section-4.2',
      claims: now => ({ ...token(now), scope: ['orders:read'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'an empty subject is refused',
      source: `${RFC}#section-4.1.2`,
      claims: now => ({ ...token(now), sub: '' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token for another audience is refused',
      source: `${RFC}#section-4.1.3`,
      claims: now => ({ ...token(now), aud: 'https://other.example.com/' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a token of another issuer is refused',
      source: `${RFC}#section-4.1.1`,
      claims: now => ({ ...token(now), iss: 'https://mock.example.com/' }),
      expected: 'issuer_not_trusted',
    },
  ],
}
