import { randomUUID } from 'node:crypto'
import { withClaims, withRawClaim } from '../../forgeries/forgery.ts'
import { accessTokenHash } from '../proof.ts'
import type { ProofForgery } from './proof-forgery.ts'

export type ProofClaimForgeryName =
  | 'jti-missing'
  | 'jti-empty'
  | 'jti-number'
  | 'jti-huge'
  | 'htm-missing'
  | 'htm-other'
  | 'htm-lower-case'
  | 'htm-array'
  | 'iat-missing'
  | 'iat-string'
  | 'iat-infinity'
  | 'iat-one-hour-ahead'
  | 'iat-one-hour-old'
  | 'exp-past'
  | 'nbf-future'
  | 'ath-missing'
  | 'ath-other-token'
  | 'ath-token'
  | 'ath-padding'
  | 'ath-array'

const HOUR = 3600
const NEEDS_ACCESS_TOKEN = { needsAccessToken: true } as const

/** Defects in the claims, but for `htu`; all really signed by the key. */
export const proofClaimForgeries: Readonly<Record<ProofClaimForgeryName, ProofForgery>> = {
  'jti-missing': { check: 'DP3', description: 'no jti', build: withClaims({ jti: undefined }) },
  'jti-empty': { check: 'DP3', description: 'jti is empty', build: withClaims({ jti: '' }) },
  'jti-number': { check: 'DP3', description: 'jti as a number', build: withClaims({ jti: 42 }) },
  'jti-huge': {
    check: 'DP3',
    description: 'a jti of 6,000 characters',
    caveat: 'a server that remembers hashes may take it (RFC 9449 section 11.1)',
    build: withClaims(() => ({ jti: `${randomUUID()}${'j'.repeat(5964)}` })),
  },
  'htm-missing': { check: 'DP3', description: 'no htm', build: withClaims({ htm: undefined }) },
  'htm-other': {
    check: 'DP8',
    description: 'for another method',
    build: withClaims(({ claims }) => ({ htm: claims.htm === 'POST' ? 'GET' : 'POST' })),
  },
  'htm-lower-case': {
    check: 'DP8',
    description: 'the method in lower case: another method (RFC 9110 section 9.1)',
    build: withClaims(({ claims }) => ({ htm: String(claims.htm).toLowerCase() })),
  },
  'htm-array': {
    check: 'DP3',
    description: 'a list with the method in it',
    build: withClaims(({ claims }) => ({ htm: [claims.htm] })),
  },
  'iat-missing': { check: 'DP3', description: 'no iat', build: withClaims({ iat: undefined }) },
  'iat-string': {
    check: 'DP3',
    description: 'iat as text',
    build: withClaims(({ claims }) => ({ iat: String(claims.iat) })),
  },
  'iat-infinity': {
    check: 'DP11',
    description: 'iat 1e400, which JavaScript reads as infinity',
    build: withRawClaim('iat', '1e400'),
  },
  'iat-one-hour-ahead': {
    check: 'DP11',
    description: 'made in an hour',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds + HOUR })),
  },
  'iat-one-hour-old': {
    check: 'DP11',
    description: 'made an hour ago',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds - HOUR })),
  },
  'exp-past': {
    check: 'DP11',
    description: 'with an exp, an hour ago',
    build: withClaims(({ nowSeconds }) => ({ exp: nowSeconds - HOUR })),
  },
  'nbf-future': {
    check: 'DP11',
    description: 'with an nbf, in an hour',
    build: withClaims(({ nowSeconds }) => ({ nbf: nowSeconds + HOUR })),
  },
  'ath-missing': { check: 'DP3', description: 'no ath', ...NEEDS_ACCESS_TOKEN, build: withClaims({ ath: undefined }) },
  'ath-other-token': {
    check: 'DP12',
    description: 'the hash of another token',
    ...NEEDS_ACCESS_TOKEN,
    build: withClaims(() => ({ ath: accessTokenHash(randomUUID()) })),
  },
  'ath-token': {
    check: 'DP12',
    description: 'the token itself in place of its hash',
    ...NEEDS_ACCESS_TOKEN,
    build: draft => withClaims({ ath: draft.accessToken })(draft),
  },
  'ath-padding': {
    check: 'DP12',
    description: 'the right hash with base64 padding',
    ...NEEDS_ACCESS_TOKEN,
    build: withClaims(({ claims }) => ({ ath: `${claims.ath}=` })),
  },
  'ath-array': {
    check: 'DP3',
    description: 'a list with the right hash in it',
    ...NEEDS_ACCESS_TOKEN,
    build: withClaims(({ claims }) => ({ ath: [claims.ath] })),
  },
}
