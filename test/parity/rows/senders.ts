import { createDpopKey, type ProofInput, type TestIssuer, testClock } from '@scopeward/testing'
import { CERTIFICATE, headerLine, OTHER } from '../../sender/certificates.ts'
import { GRANTED, READ, type Row } from './row.ts'

const ORIGIN = 'https://api.example.com'
const KEY = createDpopKey('ES256', { clock: testClock() })

const bound = async (issuer: TestIssuer): Promise<string> => issuer.token({ ...READ, boundTo: await KEY })

function proof(input: Partial<ProofInput> = {}): NonNullable<Row['proof']> {
  return async accessToken => (await KEY).proof({ method: 'GET', url: `${ORIGIN}/read`, accessToken, ...input })
}

const AUTHORIZATION = 'Authorization: DPoP {token}'
const BOTH = [AUTHORIZATION, 'DPoP: {proof}'] as const
const BEARER = 'Authorization: Bearer {token}'
const DPOP = { request: 'GET /read', token: bound, headers: BOTH, presented: 'DPoP' } as const

function proven(name: string, input: Partial<ProofInput>, expected: Row['expected'], added: Partial<Row> = {}): Row {
  return { ...DPOP, name, proof: proof(input), expected, ...added }
}

const BAD_PROOF = [401, 'dpop_proof_invalid'] as const

/** RFC 9449 sections 4.3 and 7; one of each kind, the whole is in test/attacks. */
export const proofRows: readonly Row[] = [
  proven('a proof', {}, GRANTED),
  proven('HEAD with a proof for HEAD', { method: 'HEAD' }, GRANTED, { request: 'HEAD /read' }),
  proven('HEAD with a proof for GET', {}, BAD_PROOF, { request: 'HEAD /read' }),
  proven('POST with a proof for POST', { method: 'POST' }, GRANTED, { request: 'POST /read' }),
  proven('a query that htu does not have', {}, GRANTED, { request: 'GET /read?limit=5' }),
  proven('an encoded path segment', { url: `${ORIGIN}/items/a%2fb` }, GRANTED, { request: 'GET /items/a%2Fb' }),
  proven('a path segment that is encoded in htu alone', { url: `${ORIGIN}/items/%7Ea` }, GRANTED, {
    request: 'GET /items/~a',
  }),
  proven('a slash that is encoded in htu alone', { url: `${ORIGIN}/items%2F1` }, BAD_PROOF, {
    request: 'GET /items/1',
  }),
  proven('htu of another path', { url: `${ORIGIN}/write` }, BAD_PROOF),
  proven('htu of another origin', { url: 'http://api.example.com/read' }, BAD_PROOF),
  proven('no ath', { claims: { ath: undefined } }, BAD_PROOF),
  proven('made a minute and a half ago', { iat: testClock()() / 1000 - 90 }, BAD_PROOF),
  proven('typ JWT', { header: { typ: 'JWT' } }, BAD_PROOF),
  proven('a proof that is no JWT', {}, [401, 'dpop_proof_malformed'], { headers: [AUTHORIZATION, 'DPoP: x'] }),
  proven('an empty proof', {}, [401, 'dpop_proof_malformed'], { headers: [AUTHORIZATION, 'DPoP:'] }),
  proven('two proofs', {}, [401, 'dpop_proof_duplicated'], { headers: [...BOTH, 'dpop: {proof}'] }),
  proven('no proof', {}, [401, 'dpop_proof_missing'], { headers: [AUTHORIZATION] }),
  proven('a bound token as bearer', {}, [401, 'bound_token_as_bearer'], {
    headers: [BEARER, 'DPoP: {proof}'],
    presented: 'Bearer',
  }),
  proven('an unbound token with a proof', {}, [401, 'dpop_token_unbound'], { token: READ }),
  { name: 'an unbound token as bearer', request: 'GET /read', token: READ, expected: GRANTED },
  {
    ...DPOP,
    name: 'a proof of another key',
    proof: async accessToken => {
      const stranger = await createDpopKey('ES256', { clock: testClock() })
      return stranger.proof({ method: 'GET', url: `${ORIGIN}/read`, accessToken })
    },
    expected: [401, 'dpop_binding_mismatch'],
  },
  { name: 'no credentials, and both schemes offered', request: 'GET /read', expected: [401, 'credentials_missing'] },
  {
    name: 'a proof without a token',
    request: 'GET /read',
    proof: proof(),
    headers: ['DPoP: {proof}'],
    expected: [401, 'credentials_missing'],
  },
  {
    name: 'two Authorization headers, one of each scheme',
    request: 'GET /read',
    token: READ,
    headers: [AUTHORIZATION, BEARER],
    expected: [400, 'authorization_duplicated'],
  },
  proven('a token without the scope, well proven', { url: `${ORIGIN}/write` }, [403, 'insufficient_scope'], {
    request: 'GET /write',
  }),
  proven('optional: a proof', { url: `${ORIGIN}/optional` }, GRANTED, { request: 'GET /optional' }),
  proven('optional: a bad proof is not anonymous', {}, BAD_PROOF, { request: 'GET /optional' }),
  proven('a route that demands a proof, with one', { url: `${ORIGIN}/proven` }, GRANTED, { request: 'GET /proven' }),
  {
    name: 'a route that demands a proof, with a bearer token',
    request: 'GET /proven',
    token: READ,
    presented: 'Bearer',
    expected: [401, 'sender_constraint_required'],
  },
  {
    name: 'a route that demands a proof, offers that alone',
    request: 'GET /proven',
    expected: [401, 'credentials_missing'],
  },
]

const certificate = headerLine('client-cert', CERTIFICATE)

function certified(name: string, headers: readonly string[], expected: Row['expected'], added: Partial<Row> = {}): Row {
  const token = (issuer: TestIssuer) => issuer.token({ ...READ, boundTo: CERTIFICATE })
  const request = 'GET /certified'
  return { name, request, token, headers: [BEARER, ...headers], presented: 'Bearer', expected, ...added }
}

/** RFC 8705 section 3, behind a proxy that writes `Client-Cert` (RFC 9440). */
export const certificateRows: readonly Row[] = [
  certified('the certificate of the token', [certificate], GRANTED),
  certified('another certificate', [headerLine('client-cert', OTHER)], [401, 'client_certificate_mismatch']),
  certified('no certificate', [], [401, 'client_certificate_missing']),
  certified('the header twice', [certificate, certificate], [400, 'client_certificate_invalid']),
  certified('a malformed header', ['Client-Cert: x'], [400, 'client_certificate_invalid']),
  certified('a token that is not bound', [certificate], [401, 'sender_constraint_required'], { token: READ }),
  certified('a malformed header beside a token that is not bound', ['Client-Cert: x'], GRANTED, {
    token: READ,
    request: 'GET /read',
  }),
  {
    ...DPOP,
    name: 'bound to a key and a certificate, with both',
    token: async issuer => issuer.token({ ...READ, boundTo: [await KEY, CERTIFICATE] }),
    proof: proof({ url: `${ORIGIN}/either` }),
    request: 'GET /either',
    headers: [...BOTH, certificate],
    expected: GRANTED,
  },
  {
    ...DPOP,
    name: 'bound to a key and a certificate, with the proof alone',
    token: async issuer => issuer.token({ ...READ, boundTo: [await KEY, CERTIFICATE] }),
    proof: proof({ url: `${ORIGIN}/either` }),
    request: 'GET /either',
    expected: [401, 'client_certificate_missing'],
  },
]

/** The list of these servers knows the client `revoked`, and nothing about the client `unknown`. */
export const revocationRows: readonly Row[] = [
  {
    name: 'a revoked client, with a bearer token',
    request: 'GET /read',
    token: { ...READ, clientId: 'revoked' },
    presented: 'Bearer',
    expected: [401, 'token_revoked'],
  },
  proven('a revoked client, with a proof', {}, [401, 'token_revoked'], {
    token: async issuer => issuer.token({ ...READ, clientId: 'revoked', boundTo: await KEY }),
  }),
  {
    name: 'optional: a revoked client is not anonymous',
    request: 'GET /optional',
    token: { ...READ, clientId: 'revoked' },
    presented: 'Bearer',
    expected: [401, 'token_revoked'],
  },
  {
    name: 'public: a revoked client is of no interest',
    request: 'GET /public',
    token: { ...READ, clientId: 'revoked' },
    expected: GRANTED,
  },
  {
    name: 'a client that the list cannot tell about',
    request: 'GET /read',
    token: { ...READ, clientId: 'unknown' },
    presented: 'Bearer',
    expected: [503, 'revocation_unavailable'],
  },
]

/** Servers that require proofs with their nonces. */
export const requiredRows: readonly Row[] = [
  proven('a proof without a nonce', {}, [401, 'dpop_nonce_required']),
  proven('a proof with a nonce of somebody else', { nonce: 'x' }, [401, 'dpop_nonce_required']),
  proven('a bad proof without a nonce', { claims: { jti: undefined } }, BAD_PROOF),
  { name: 'a bearer token', request: 'GET /read', token: READ, expected: [401, 'scheme_unsupported'] },
  { ...DPOP, name: 'a bound token as bearer', headers: [BEARER], expected: [401, 'scheme_unsupported'] },
  { ...DPOP, name: 'an unbound token', token: READ, proof: proof(), expected: [401, 'dpop_token_unbound'] },
  { name: 'no credentials', request: 'GET /read', expected: [401, 'credentials_missing'] },
]
