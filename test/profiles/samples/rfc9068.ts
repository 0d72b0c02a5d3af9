import type { ProfileSamples } from '../sample.ts'

const RFC = 'https://www.rfc-editor.org/rfc/rfc9068.html'
const OIDC = 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken'
const ISSUER = 'https://authorization-server.example.com/'
const AUDIENCE = 'https://rs.example.com/'
const AT_JWT = { typ: 'at+jwt' }

/** RFC 9068 figure 3. */
const token = (now: number) => ({
  iss: ISSUER,
  sub: '5ba552d67',
  aud: AUDIENCE,
  exp: now + 3600,
  iat: now,
  jti: 'dbe39bf3a3ba4238a513f51d6e1691c4',
  client_id: 's6BhdRkqt3',
  scope: 'openid profile reademail',
})

const idToken = (now: number) => ({ iss: ISSUER, sub: '5ba552d67', aud: 's6BhdRkqt3', exp: now + 3600, iat: now })

const user = { clientId: 's6BhdRkqt3', subject: '5ba552d67', kind: 'user' } as const

export const rfc9068Samples: ProfileSamples = {
  profile: 'rfc9068',
  issuer: ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'the example of the RFC is accepted',
      source: `${RFC}#section-3`,
      header: { typ: 'at+JWT' },
      claims: token,
      expected: 'accepted',
      access: { ...user, scopes: ['openid', 'profile', 'reademail'], roles: [], permissions: [] },
    },
    {
      name: 'the full media type is accepted as typ',
      source: `${RFC}#section-2.1`,
      header: { typ: 'application/at+jwt' },
      claims: token,
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a token of a client for itself is of kind service',
      source: `${RFC}#section-2.2`,
      header: AT_JWT,
      claims: now => ({ ...token(now), sub: 's6BhdRkqt3', scope: 'orders:read' }),
      expected: 'accepted',
      access: { clientId: 's6BhdRkqt3', subject: 's6BhdRkqt3', kind: 'service', scopes: ['orders:read'] },
    },
    {
      name: 'a sign-in of a subject that is the client leaves the kind unknown',
      source: `${RFC}#section-2.2.1`,
      header: AT_JWT,
      claims: now => ({ ...token(now), sub: 's6BhdRkqt3', auth_time: now - 60 }),
      expected: 'accepted',
      access: { clientId: 's6BhdRkqt3', subject: 's6BhdRkqt3', kind: 'unknown' },
    },
    {
      name: 'a token with authentication information is of kind user',
      source: `${RFC}#section-2.2.1`,
      header: AT_JWT,
      claims: now => ({ ...token(now), auth_time: now - 60, acr: 'urn:mace:incommon:iap:silver', amr: ['pwd', 'otp'] }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'one of several audiences is enough',
      source: `${RFC}#section-4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), aud: ['https://other.example.com/', AUDIENCE] }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'roles and entitlements are read',
      source: `${RFC}#section-2.2.3.1`,
      header: AT_JWT,
      claims: now => ({
        ...token(now),
        roles: ['editor', 'admin'],
        entitlements: ['orders.approve'],
        groups: ['staff'],
      }),
      expected: 'accepted',
      access: { ...user, roles: ['admin', 'editor'], permissions: ['orders.approve'] },
    },
    {
      name: 'a token without scope has none',
      source: `${RFC}#section-2.2.3`,
      header: AT_JWT,
      claims: now => ({ ...token(now), scope: undefined }),
      expected: 'accepted',
      access: { ...user, scopes: [] },
    },
    {
      name: 'a token of typ JWT is refused',
      source: `${RFC}#section-4`,
      header: { typ: 'JWT' },
      claims: token,
      expected: 'type_not_accepted',
    },
    {
      name: 'a token without typ is refused',
      source: `${RFC}#section-4`,
      header: {},
      claims: token,
      expected: 'type_not_accepted',
    },
    {
      name: 'an ID token is refused',
      source: OIDC,
      header: { typ: 'JWT' },
      claims: now => ({ ...idToken(now), nonce: 'n-0S6_WzA2Mj', auth_time: now - 60 }),
      expected: 'type_not_accepted',
    },
    {
      name: 'an ID token whose audience is this API is refused',
      source: `${RFC}#section-5`,
      header: { typ: 'JWT' },
      claims: now => ({ ...idToken(now), aud: AUDIENCE }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a logout token is refused',
      source: 'https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken',
      header: { typ: 'logout+jwt' },
      claims: now => ({
        ...idToken(now),
        jti: 'bWJq',
        sid: '08a5019c-17e1-4977-8f42-65a12843ea02',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      }),
      expected: 'type_not_accepted',
    },
    {
      name: 'an introspection response is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc9701.html#section-5',
      header: { typ: 'token-introspection+jwt' },
      claims: now => ({ iss: ISSUER, aud: AUDIENCE, iat: now, token_introspection: { active: true } }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a token of another issuer is refused',
      source: `${RFC}#section-4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), iss: 'https://authorization-server.example.com' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token for another audience is refused',
      source: `${RFC}#section-4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), aud: 'https://other.example.com/' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'an expired token is refused',
      source: `${RFC}#section-4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), exp: now - 3600, iat: now - 7200 }),
      expected: 'token_expired',
    },
    ...(['sub', 'client_id', 'iat', 'jti', 'aud', 'exp', 'iss'] as const).map(claim => ({
      name: `a token without ${claim} is refused`,
      source: `${RFC}#section-2.2`,
      header: AT_JWT,
      claims: (now: number) => ({ ...token(now), [claim]: undefined }),
      expected: 'claim_missing' as const,
    })),
    {
      name: 'a client id that is a number is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc8693.html#section-4.3',
      header: AT_JWT,
      claims: now => ({ ...token(now), client_id: 42 }),
      expected: 'claim_invalid',
    },
    {
      name: 'scopes in an array are refused',
      source: 'https://www.rfc-editor.org/rfc/rfc8693.html#section-4.2',
      header: AT_JWT,
      claims: now => ({ ...token(now), scope: ['openid', 'profile'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'roles as SCIM objects are refused',
      source: 'https://www.rfc-editor.org/rfc/rfc7643.html#section-4.1.2',
      header: AT_JWT,
      claims: now => ({ ...token(now), roles: [{ value: 'admin' }] }),
      expected: 'claim_invalid',
    },
  ],
}
