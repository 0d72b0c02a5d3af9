import type { ProfileSamples } from '../sample.ts'

const SOURCE = 'https://github.com/panva/node-oidc-provider/blob/HEAD'
const JWT = `${SOURCE}/lib/models/formats/jwt.js`
const OTHERS = `${SOURCE}/lib/models/id_token.js`
const ISSUER = 'https://op.example.com'
const AUDIENCE = 'https://api.example.com/orders'
const CLIENT = 'orders-web'
const ACCOUNT = '23121d3c-84df-44ac-b458-3d63a9a05497'
const AT_JWT = { typ: 'at+jwt' }

const token = (now: number) => ({
  jti: 'VGhpcyBpcyBhbiBleGFtcGxlIGp0aQ',
  sub: ACCOUNT,
  iat: now,
  exp: now + 3600,
  scope: 'orders:read orders:write',
  client_id: CLIENT,
  iss: ISSUER,
  aud: AUDIENCE,
})

const clientCredentials = (now: number) => ({ ...token(now), sub: 'orders-batch', client_id: 'orders-batch' })

/** Signed with the same keys and without `typ`. */
const idToken = (now: number) => ({ sub: ACCOUNT, aud: CLIENT, exp: now + 3600, iat: now, iss: ISSUER })

const user = { clientId: CLIENT, subject: ACCOUNT, kind: 'user' } as const

export const oidcProviderSamples: ProfileSamples = {
  profile: 'oidcProvider',
  issuer: ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'a token for an account is of kind user',
      source: JWT,
      header: AT_JWT,
      claims: token,
      expected: 'accepted',
      access: { ...user, scopes: ['orders:read', 'orders:write'], roles: [], permissions: [] },
    },
    {
      name: 'a client credentials token has the client as subject',
      source: JWT,
      header: AT_JWT,
      claims: clientCredentials,
      expected: 'accepted',
      access: {
        clientId: 'orders-batch',
        subject: 'orders-batch',
        kind: 'service',
        scopes: ['orders:read', 'orders:write'],
      },
    },
    {
      name: 'a token without granted scope has no scope claim',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), scope: undefined }),
      expected: 'accepted',
      access: { ...user, scopes: [] },
    },
    {
      name: 'a token with authorization details is accepted',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), authorization_details: [{ type: 'orders', actions: ['read'] }] }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a token with a pairwise subject is accepted',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), sub: 'fa8bd5e4a3ed9f0bb2e4fd0f6cc1a5c7' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: 'fa8bd5e4a3ed9f0bb2e4fd0f6cc1a5c7', kind: 'user' },
    },
    {
      name: 'roles and entitlements among the extra claims are read',
      source: `${SOURCE}/docs/README.md`,
      header: AT_JWT,
      claims: now => ({ ...token(now), roles: ['clerk'], entitlements: ['orders.cancel'], tenant: 'acme' }),
      expected: 'accepted',
      access: { ...user, roles: ['clerk'], permissions: ['orders.cancel'] },
    },
    {
      name: 'extra claims about the sign-in leave the kind of a client credentials token unknown',
      source: `${SOURCE}/docs/README.md`,
      header: AT_JWT,
      claims: now => ({ ...clientCredentials(now), acr: 'urn:mace:incommon:iap:bronze' }),
      expected: 'accepted',
      access: { clientId: 'orders-batch', subject: 'orders-batch', kind: 'unknown' },
    },
    {
      name: 'an ID token is refused',
      source: OTHERS,
      header: {},
      claims: now => ({ ...idToken(now), nonce: 'n-0S6_WzA2Mj', at_hash: 'hK3VxOVo8TMTuzTvLNXo4g', sid: 'V6kq' }),
      expected: 'type_not_accepted',
    },
    {
      name: 'an ID token without nonce whose audience is this API is refused',
      source: OTHERS,
      header: {},
      claims: now => ({ ...idToken(now), aud: AUDIENCE }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a signed user info response is refused',
      source: OTHERS,
      header: {},
      claims: now => ({ ...idToken(now), email: 'johndoe@example.com', email_verified: true }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a logout token is refused',
      source: `${SOURCE}/lib/models/client.js`,
      header: { typ: 'logout+jwt' },
      claims: now => ({
        ...idToken(now),
        exp: now + 120,
        jti: 'dtxNmTRmzKpLjEHLzCvDh',
        sid: 'V6kq',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a signed introspection response is refused',
      source: `${SOURCE}/lib/actions/introspection.js`,
      header: { typ: 'token-introspection+jwt' },
      claims: now => ({ iss: ISSUER, aud: AUDIENCE, iat: now, token_introspection: { active: true, aud: AUDIENCE } }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a signed authorization response is refused',
      source: `${SOURCE}/lib/response_modes/jwt.js`,
      header: {},
      claims: now => ({
        iss: ISSUER,
        aud: CLIENT,
        exp: now + 120,
        code: 'dtxNmTRmzKpLjEHLzCvDh',
        state: 'af0ifjsldkj',
      }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a token for another resource is refused',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), aud: 'https://api.example.com/invoices' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a token of another provider is refused',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), iss: 'https://op.example.net' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token bound to a DPoP key is refused',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }),
      expected: 'sender_constraint_unsupported',
    },
    {
      name: 'a token whose client id a customizer removed is refused',
      source: JWT,
      header: AT_JWT,
      claims: now => ({ ...token(now), client_id: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token whose scope a customizer made an array is refused',
      source: 'https://github.com/panva/node-oidc-provider/issues/388',
      header: AT_JWT,
      claims: now => ({ ...token(now), scope: ['orders:read'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'a token whose typ a customizer replaced is refused',
      source: JWT,
      header: { typ: 'JWT' },
      claims: token,
      expected: 'type_not_accepted',
    },
  ],
}
