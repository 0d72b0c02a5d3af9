import type { ProfileName } from '../../src/profiles/profiles.ts'
import { AUDIENCE, ISSUER, NOW } from '../support/tokens.ts'

type Members = Readonly<Record<string, unknown>>

/** An ordinary token of a vendor whose tokens are not as RFC 9068 has them. */
export interface VendorToken {
  readonly profile: ProfileName
  /** `typ` of the header; `undefined`: none. */
  readonly type: string | undefined
  readonly claims: Members
}

/** Stands in every token; nobody may see it in an event. */
export const CANARY = 'canary-7f3a9c'

const common: Members = { iss: ISSUER, aud: AUDIENCE, sub: CANARY, iat: NOW - 10, exp: NOW + 600 }

export const VENDOR_TOKENS: readonly VendorToken[] = [
  { profile: 'auth0', type: 'JWT', claims: { ...common, azp: 'client-1', scope: CANARY } },
  { profile: 'okta', type: undefined, claims: { ...common, jti: 'AT.1', ver: 1, cid: 'client-1', scp: [CANARY] } },
  { profile: 'entra', type: 'JWT', claims: { ...common, tid: 't-1', ver: '2.0', azp: 'client-1', scp: CANARY } },
  { profile: 'entra', type: 'JWT', claims: { ...common, tid: 't-1', ver: '1.0', appid: 'client-1', roles: [CANARY] } },
  {
    profile: 'cognito',
    type: undefined,
    claims: { ...common, aud: undefined, client_id: AUDIENCE, jti: '1', token_use: 'access', username: CANARY },
  },
  { profile: 'keycloak', type: 'JWT', claims: { ...common, jti: '1', typ: 'Bearer', azp: 'client-1', scope: '' } },
  { profile: 'keycloak', type: 'at+jwt', claims: { ...common, jti: '1', typ: 'Bearer', azp: 'client-1', nonce: 'n' } },
  {
    profile: 'google',
    type: 'JWT',
    claims: { ...common, azp: CANARY, email: `${CANARY}@x.iam.gserviceaccount.com`, email_verified: true },
  },
  { profile: 'ping', type: undefined, claims: { ...common, client_id: 'client-1', scope: CANARY, sid: 's' } },
  { profile: 'ping', type: 'at+jwt', claims: { ...common, client_id: 'client-1', scope: CANARY, sid: 's' } },
  { profile: 'plainJwt', type: 'JWT', claims: { ...common, sub: undefined, scope: CANARY } },
  { profile: 'plainJwt', type: undefined, claims: { ...common, scope: CANARY } },
]
