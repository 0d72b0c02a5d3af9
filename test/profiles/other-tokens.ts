import { NOW } from './issuers.ts'

type Claims = Readonly<Record<string, unknown>>

/** Of whom and for whom the token is. The audience is always this API: nothing else may be what saves it. */
export interface Parties {
  readonly issuer: string
  readonly audience: string
  readonly client: string
  readonly subject: string
  /** Claims that this issuer writes into every token, whatever its kind. */
  readonly always: Claims
}

/** A token that is not an access token and that an issuer signs with the same key. */
export interface OtherToken {
  readonly name: string
  readonly source: string
  /** `typ` of the header as issuers write it; `undefined`: none. */
  readonly types: readonly (string | undefined)[]
  /** Whether some introspection endpoint answers for it, as if it were active: with its claims and no `token_type`. */
  readonly introspectable?: true
  readonly claims: (of: Parties) => Claims
}

const UNTYPED = ['JWT', undefined] as const

const times = { iat: NOW - 10, exp: NOW + 600 }
const JTI = 'dbe39bf3a3ba4238a513f51d6e1691c4'

/** What ID tokens have and the other tokens below mostly too. */
function common({ issuer, audience, subject, always }: Parties): Claims {
  return { iss: issuer, aud: audience, sub: subject, ...times, ...always }
}

const PERSON = { name: 'Jane Doe', email: 'jane@example.com', email_verified: true, preferred_username: 'jane' }
const LOGOUT_EVENT = { 'http://schemas.openid.net/event/backchannel-logout': {} }

export const OTHER_TOKENS: readonly OtherToken[] = [
  {
    name: 'refresh token of Keycloak',
    source:
      'https://github.com/keycloak/keycloak/blob/main/core/src/main/java/org/keycloak/representations/RefreshToken.java',
    types: ['JWT'],
    introspectable: true,
    claims: of => ({
      ...common(of),
      aud: [of.issuer, of.audience],
      jti: JTI,
      typ: 'Refresh',
      azp: of.client,
      sid: 'V6kq',
      scope: 'openid orders:read',
    }),
  },
  {
    name: 'refresh token of typ rt+jwt',
    source: 'RFC 8725 section 3.11',
    types: ['rt+jwt'],
    introspectable: true,
    claims: of => ({ ...common(of), jti: JTI, client_id: of.client, azp: of.client, scope: 'openid orders:read' }),
  },
  {
    name: 'refresh token that says nowhere what it is',
    source: 'RFC 6749 section 1.5',
    types: UNTYPED,
    introspectable: true,
    claims: of => ({ ...common(of), jti: JTI, client_id: of.client, scope: 'openid orders:read' }),
  },
  {
    name: 'ID token with nonce',
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken',
    types: UNTYPED,
    introspectable: true,
    claims: of => ({ ...common(of), jti: JTI, azp: of.client, auth_time: NOW - 60, nonce: 'n-0S6_WzA2Mj' }),
  },
  {
    name: 'ID token without nonce',
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken',
    types: UNTYPED,
    introspectable: true,
    claims: of => ({ ...common(of), jti: JTI, ...PERSON }),
  },
  {
    name: 'ID token without nonce that names an authorized party',
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken',
    types: UNTYPED,
    introspectable: true,
    claims: of => ({ ...common(of), jti: JTI, azp: of.client, ...PERSON }),
  },
  {
    name: 'logout token',
    source: 'https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken',
    types: ['logout+jwt', ...UNTYPED],
    claims: of => ({ ...common(of), jti: JTI, sid: 'V6kq', events: LOGOUT_EVENT }),
  },
  {
    name: 'DPoP proof',
    source: 'RFC 9449 section 4.2',
    types: ['dpop+jwt'],
    claims: of => ({
      ...common(of),
      jti: JTI,
      htm: 'GET',
      htu: of.audience,
      ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
    }),
  },
  {
    name: 'signed introspection response',
    source: 'RFC 9701 section 5',
    types: ['token-introspection+jwt'],
    claims: of => ({
      ...common(of),
      token_introspection: { active: true, client_id: of.client, scope: 'orders:read' },
    }),
  },
  {
    name: 'client assertion',
    source: 'RFC 7523 section 3',
    types: ['client-authentication+jwt', ...UNTYPED],
    claims: of => ({ ...common(of), iss: of.client, sub: of.client, jti: JTI }),
  },
  {
    name: 'security event token',
    source: 'RFC 8417 section 2.2',
    types: ['secevent+jwt', ...UNTYPED],
    claims: of => ({
      ...common(of),
      jti: JTI,
      events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
    }),
  },
  {
    name: 'signed authorization response (JARM)',
    source: 'https://openid.net/specs/oauth-v2-jarm-final.html#section-2.1',
    types: UNTYPED,
    claims: ({ issuer, audience, always }) => ({
      iss: issuer,
      aud: audience,
      exp: NOW + 600,
      ...always,
      access_token: 'SlAV32hkKG',
      token_type: 'Bearer',
      expires_in: '600',
      scope: 'orders:read',
      state: 'af0ifjsldkj',
    }),
  },
  {
    name: 'signed user info',
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse',
    types: UNTYPED,
    claims: of => ({ ...common(of), ...PERSON }),
  },
  {
    name: 'identity assertion authorization grant (ID-JAG)',
    source: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-identity-assertion-authz-grant/',
    types: ['oauth-id-jag+jwt'],
    claims: of => ({ ...common(of), jti: JTI, client_id: of.client, azp: of.client, scope: 'orders:read' }),
  },
  {
    name: 'JWT as an authorization grant',
    source: 'RFC 7523 section 2.1',
    types: UNTYPED,
    claims: of => ({ ...common(of), jti: JTI }),
  },
]

/**
 * What gets through all the same, where tokens of an issuer say nowhere what they are. Each line is a limit of a profile:
 * it takes an issuer that writes such a token for the audience of this API, which the issuers of these profiles do not.
 */
export const LET_THROUGH: readonly {
  readonly profile: string
  readonly token: string
  readonly type: string | undefined
  readonly because: string
}[] = [
  {
    profile: 'auth0',
    token: 'refresh token that says nowhere what it is',
    type: 'JWT',
    because: 'refresh tokens of Auth0 are opaque',
  },
  {
    profile: 'auth0',
    token: 'ID token without nonce that names an authorized party',
    type: 'JWT',
    because: 'the audience of ID tokens of Auth0 is a client',
  },
  {
    profile: 'entra',
    token: 'ID token without nonce that names an authorized party',
    type: 'JWT',
    because: 'ID tokens of Entra name no authorized party',
  },
  {
    profile: 'ping',
    token: 'refresh token that says nowhere what it is',
    type: undefined,
    because: 'not documented as a JWT for the audience of an API',
  },
  {
    profile: 'plainJwt',
    token: 'refresh token that says nowhere what it is',
    type: 'JWT',
    because: 'the weakest profile: take it only where refresh tokens are opaque or have another audience',
  },
  {
    profile: 'plainJwt',
    token: 'refresh token that says nowhere what it is',
    type: undefined,
    because: 'the weakest profile: take it only where refresh tokens are opaque or have another audience',
  },
]
