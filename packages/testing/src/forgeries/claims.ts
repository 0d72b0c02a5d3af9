import { type Forgery, withClaims, withRawClaim } from './forgery.ts'

export type ClaimForgeryName =
  | 'expired'
  | 'expires-now'
  | 'exp-missing'
  | 'exp-string'
  | 'exp-null'
  | 'exp-negative'
  | 'exp-infinity'
  | 'exp-huge'
  | 'not-yet-valid'
  | 'nbf-string'
  | 'issued-in-future'
  | 'iat-missing'
  | 'iat-string'
  | 'subject-missing'
  | 'subject-number'
  | 'client-id-missing'
  | 'client-id-object'
  | 'jti-missing'
  | 'jti-null'
  | 'dpop-bound'
  | 'mtls-bound'
  | 'cnf-unknown'
  | 'cnf-array'

const HOUR = 3600
const THUMBPRINT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

/** Defects in time, identity and sender constraint; all really signed by the issuer. */
export const claimForgeries: Readonly<Record<ClaimForgeryName, Forgery>> = {
  expired: {
    attack: 'CL2',
    description: 'expired an hour ago',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds - 2 * HOUR, exp: nowSeconds - HOUR })),
  },
  'expires-now': {
    attack: 'CL2',
    description: 'exp is this very second, which is already expired (RFC 7519 section 4.1.4)',
    caveat: 'accepted within the clock tolerance: advance the clock by as much, or set the tolerance to 0',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds - HOUR, exp: nowSeconds })),
  },
  'exp-missing': { attack: 'CL1', description: 'no exp', build: withClaims({ exp: undefined }) },
  'exp-string': {
    attack: 'CL1',
    description: 'exp as text',
    build: withClaims(({ claims }) => ({ exp: String(claims.exp) })),
  },
  'exp-null': { attack: 'CL1', description: 'exp null', build: withClaims({ exp: null }) },
  'exp-negative': { attack: 'CL1', description: 'exp before 1970', build: withClaims({ exp: -1 }) },
  'exp-infinity': {
    attack: 'JSON8',
    description: 'exp 1e400, which JavaScript reads as infinity',
    build: withRawClaim('exp', '1e400'),
  },
  'exp-huge': { attack: 'JSON8', description: 'exp 1e308: never expires', build: withClaims({ exp: 1e308 }) },
  'not-yet-valid': {
    attack: 'CL3',
    description: 'nbf in an hour',
    build: withClaims(({ nowSeconds }) => ({ nbf: nowSeconds + HOUR, exp: nowSeconds + 2 * HOUR })),
  },
  'nbf-string': {
    attack: 'CL3',
    description: 'nbf as text',
    build: withClaims(({ nowSeconds }) => ({ nbf: String(nowSeconds) })),
  },
  'issued-in-future': {
    attack: 'CL3',
    description: 'iat in an hour',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds + HOUR, exp: nowSeconds + 2 * HOUR })),
  },
  'iat-missing': { attack: 'CL3', description: 'no iat', build: withClaims({ iat: undefined }) },
  'iat-string': {
    attack: 'CL3',
    description: 'iat as text',
    build: withClaims(({ claims }) => ({ iat: String(claims.iat) })),
  },
  'subject-missing': { attack: 'CL11', description: 'no sub', build: withClaims({ sub: undefined }) },
  'subject-number': { attack: 'CL11', description: 'sub as a number', build: withClaims({ sub: 42 }) },
  'client-id-missing': { attack: 'CL11', description: 'no client_id', build: withClaims({ client_id: undefined }) },
  'client-id-object': { attack: 'CL11', description: 'client_id as an object', build: withClaims({ client_id: {} }) },
  'jti-missing': { attack: 'CL11', description: 'no jti', build: withClaims({ jti: undefined }) },
  'jti-null': { attack: 'CL11', description: 'jti null', build: withClaims({ jti: null }) },
  'dpop-bound': {
    attack: 'CL18',
    description: 'bound to a DPoP key: worth nothing without a proof',
    build: withClaims({ cnf: { jkt: THUMBPRINT } }),
  },
  'mtls-bound': {
    attack: 'CL18',
    description: 'bound to a client certificate: worth nothing without it',
    build: withClaims({ cnf: { 'x5t#S256': THUMBPRINT } }),
  },
  'cnf-unknown': {
    attack: 'CL18',
    description: 'bound by a method that nobody knows',
    build: withClaims({ cnf: { 'urn:example:method': THUMBPRINT } }),
  },
  'cnf-array': {
    attack: 'CL18',
    description: 'cnf is a list, so that cnf.jkt seems absent',
    build: withClaims({ cnf: [{ jkt: THUMBPRINT }] }),
  },
}
