import type { ProfileSamples } from '../sample.ts'
import { BOUND_TO_SENDER } from '../sender.ts'

const FAPI = 'https://openid.net/specs/fapi-security-profile-2_0-final.html'
const RFC = 'https://www.rfc-editor.org/rfc/rfc9068.html'
const OIDC = 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken'
const ISSUER = 'https://as.bank.example'
const AUDIENCE = 'https://api.bank.example/accounts'
const CLIENT = 's6BhdRkqt3'
const AT_JWT = { typ: 'at+jwt' }

const token = (now: number) => ({
  iss: ISSUER,
  sub: '248289761001',
  aud: AUDIENCE,
  exp: now + 300,
  iat: now,
  jti: 'dbe39bf3a3ba4238a513f51d6e1691c4',
  client_id: CLIENT,
  scope: 'accounts',
  cnf: BOUND_TO_SENDER,
})

const idToken = (now: number) => ({ iss: ISSUER, sub: '248289761001', aud: CLIENT, exp: now + 300, iat: now })

const user = { clientId: CLIENT, subject: '248289761001', kind: 'user' } as const

/** The keys of this table sign with one of the profile's algorithms. */
export const fapi2Samples: ProfileSamples = {
  profile: 'fapi2',
  issuer: ISSUER,
  audience: AUDIENCE,
  samples: [
    {
      name: 'a token for an account holder is accepted',
      source: `${RFC}#section-2.2`,
      header: AT_JWT,
      claims: token,
      expected: 'accepted',
      access: { ...user, scopes: ['accounts'], roles: [], permissions: [] },
    },
    {
      name: 'the full media type is accepted as typ',
      source: `${RFC}#section-2.1`,
      header: { typ: 'application/at+JWT' },
      claims: token,
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a token of a client for itself is of kind service',
      source: `${RFC}#section-2.2`,
      header: AT_JWT,
      claims: now => ({ ...token(now), sub: CLIENT, scope: 'consents' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: CLIENT, kind: 'service', scopes: ['consents'] },
    },
    {
      name: 'one of several audiences is enough',
      source: `${RFC}#section-4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), aud: [ISSUER, AUDIENCE] }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a token with authorization details instead of scope is accepted',
      source: 'https://www.rfc-editor.org/rfc/rfc9396.html#section-9.1',
      header: AT_JWT,
      claims: now => ({
        ...token(now),
        scope: undefined,
        authorization_details: [{ type: 'account_information', actions: ['list_accounts'] }],
      }),
      expected: 'accepted',
      access: { ...user, scopes: [] },
    },
    {
      name: 'a token with authentication information is accepted',
      source: `${RFC}#section-2.2.1`,
      header: AT_JWT,
      claims: now => ({ ...token(now), auth_time: now - 30, acr: 'urn:bank:sca', amr: ['pwd', 'hwk'] }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a token that is bound to nothing is refused',
      source: `${FAPI}#section-5.3.4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), cnf: undefined }),
      expected: 'sender_constraint_required',
    },
    {
      name: 'a token bound to the certificate of somebody else is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc8705.html#section-3.1',
      header: AT_JWT,
      claims: now => ({ ...token(now), cnf: { 'x5t#S256': 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0' } }),
      expected: 'client_certificate_mismatch',
    },
    {
      name: 'a token bound to a DPoP key is refused where the option dpop is off',
      source: 'https://www.rfc-editor.org/rfc/rfc9449.html#section-6.1',
      header: AT_JWT,
      claims: now => ({ ...token(now), cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }),
      expected: 'sender_constraint_unsupported',
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
      name: 'an ID token with its state hash is refused',
      source: 'https://openid.net/specs/openid-financial-api-part-2-1_0.html',
      header: {},
      claims: now => ({ ...idToken(now), nonce: 'n-0S6_WzA2Mj', s_hash: '76sa5dd' }),
      expected: 'type_not_accepted',
    },
    {
      name: 'an ID token whose audience is this API is refused',
      source: OIDC,
      header: { typ: 'JWT' },
      claims: now => ({ ...idToken(now), aud: AUDIENCE }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a signed introspection response is refused',
      source: 'https://www.rfc-editor.org/rfc/rfc9701.html#section-5',
      header: { typ: 'token-introspection+jwt' },
      claims: now => ({ iss: ISSUER, aud: AUDIENCE, iat: now, token_introspection: { active: true } }),
      expected: 'type_not_accepted',
    },
    {
      name: 'a token of another issuer is refused',
      source: `${RFC}#section-4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), iss: 'https://as.other-bank.example' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a token for another API is refused',
      source: `${FAPI}#section-5.3.4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), aud: 'https://api.bank.example/payments' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'an expired token is refused',
      source: `${FAPI}#section-5.3.4`,
      header: AT_JWT,
      claims: now => ({ ...token(now), exp: now - 3600, iat: now - 7200 }),
      expected: 'token_expired',
    },
    ...(['sub', 'client_id', 'iat', 'jti'] as const).map(claim => ({
      name: `a token without ${claim} is refused`,
      source: `${RFC}#section-2.2`,
      header: AT_JWT,
      claims: (now: number) => ({ ...token(now), [claim]: undefined }),
      expected: 'claim_missing' as const,
    })),
  ],
}
