import type { ProfileSamples } from '../sample.ts'

const SOURCE = 'https://github.com/panva/node-oidc-provider/blob/v9.13.3'
const INTROSPECTION = `${SOURCE}/lib/actions/introspection.js`
const ISSUER = 'https://op.example.com'
const AUDIENCE = 'https://api.example.com/orders'
const CLIENT = 'orders-web'
const SERVICE = 'orders-batch'
const ACCOUNT = '23121d3c-84df-44ac-b458-3d63a9a05497'

const clientCredentials = (now: number) => ({
  active: true,
  client_id: SERVICE,
  exp: now + 600,
  iat: now,
  iss: ISSUER,
  aud: AUDIENCE,
  scope: 'orders:read',
  token_type: 'Bearer',
})

const token = (now: number) => ({
  ...clientCredentials(now),
  sub: ACCOUNT,
  client_id: CLIENT,
  sid: 'V6kqJj4Q7Oxvgr9x5GHzE',
  scope: 'orders:read orders:write',
})

const user = { clientId: CLIENT, subject: ACCOUNT, kind: 'user' } as const
const service = { clientId: SERVICE, subject: SERVICE, kind: 'service' } as const

/** Responses have no header. */
export const oidcProviderOpaqueSamples: ProfileSamples = {
  profile: 'oidcProviderOpaque',
  issuer: ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'a token for an account is of kind user',
      source: INTROSPECTION,
      claims: token,
      expected: 'accepted',
      access: { ...user, scopes: ['orders:read', 'orders:write'], roles: [], permissions: [] },
    },
    {
      name: 'a client credentials token has no subject and is of kind service',
      source: INTROSPECTION,
      claims: clientCredentials,
      expected: 'accepted',
      access: { ...service, scopes: ['orders:read'], roles: [], permissions: [] },
    },
    {
      name: 'a token without granted scope has no scope',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), scope: undefined }),
      expected: 'accepted',
      access: { ...user, scopes: [] },
    },
    {
      name: 'a token with a pairwise subject is accepted',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), sub: 'fa8bd5e4a3ed9f0bb2e4fd0f6cc1a5c7' }),
      expected: 'accepted',
      access: { ...user, subject: 'fa8bd5e4a3ed9f0bb2e4fd0f6cc1a5c7' },
    },
    {
      name: 'a token with authorization details is accepted',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), authorization_details: [{ type: 'orders', actions: ['read'] }] }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'extra claims are no roles and no permissions',
      source: `${SOURCE}/docs/README.md`,
      claims: now => ({ ...token(now), roles: ['clerk'], entitlements: ['orders.cancel'], tenant: 'acme' }),
      expected: 'accepted',
      access: { ...user, roles: [], permissions: [] },
    },
    {
      name: 'an extra claim username without an account leaves the kind unknown',
      source: `${SOURCE}/docs/README.md`,
      claims: now => ({ ...clientCredentials(now), username: 'jdoe' }),
      expected: 'accepted',
      access: { ...service, kind: 'unknown' },
    },
    {
      name: 'an account with the name of the client leaves the kind unknown',
      source: 'https://www.rfc-editor.org/rfc/rfc9700.html#section-4.15',
      claims: now => ({ ...clientCredentials(now), sub: SERVICE }),
      expected: 'accepted',
      access: { ...service, kind: 'unknown' },
    },
    {
      name: 'a refresh token has no token type and is refused',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), jti: 'dtxNmTRmzKpLjEHLzCvDh', token_type: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token bound to a DPoP key is refused where the option dpop is off',
      source: INTROSPECTION,
      claims: now => ({
        ...token(now),
        token_type: 'DPoP',
        cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
      }),
      expected: 'sender_constraint_unsupported',
    },
    {
      name: 'a token bound to a certificate is refused',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } }),
      expected: 'sender_constraint_unsupported',
    },
    {
      name: 'a token for no resource has no audience and is refused',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), aud: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a token for another resource is refused',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), aud: 'https://api.example.com/invoices' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a token of another provider is refused',
      source: INTROSPECTION,
      claims: now => ({ ...token(now), iss: 'https://op.example.net' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'an expired token is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc7662.html#section-4',
      claims: now => ({ ...token(now), exp: now - 3600, iat: now - 7200 }),
      expected: 'token_expired',
    },
  ],
}
