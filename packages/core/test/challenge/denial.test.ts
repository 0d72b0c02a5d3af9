import { describe, expect, test } from 'vitest'
import { createDenials } from '../../src/challenge/create-denials.ts'
import { denialFor } from '../../src/challenge/denial.ts'
import { DENIALS, type DenialCode } from '../../src/errors/denials.ts'
import { Rejection } from '../../src/errors/rejection.ts'

const CODES = Object.keys(DENIALS) as DenialCode[]
const INVALID_TOKEN = (text: string) => `Bearer realm="api", error="invalid_token", error_description="${text}"`
const INVALID_REQUEST = (text: string) => `Bearer realm="api", error="invalid_request", error_description="${text}"`
const NOT_VALID = INVALID_TOKEN('The access token is not valid')
const INVALID_PROOF = 'Bearer realm="api", error="invalid_dpop_proof", error_description="The DPoP proof is not valid"'
const LACKS = 'The access token does not carry the privilege that this resource requires'

/** Status and challenge of every code, on a route that requires `controls:read`, of a server that checks no proofs. */
const EXPECTED: Readonly<Record<DenialCode, readonly [number, string | undefined]>> = {
  credentials_missing: [401, 'Bearer realm="api", scope="controls:read"'],
  scheme_unsupported: [401, 'Bearer realm="api", scope="controls:read"'],
  authorization_malformed: [400, INVALID_REQUEST('The Authorization header is malformed')],
  authorization_duplicated: [400, INVALID_REQUEST('The request has more than one Authorization header')],
  token_too_large: [401, NOT_VALID],
  token_malformed: [401, NOT_VALID],
  token_json_invalid: [401, NOT_VALID],
  header_not_accepted: [401, NOT_VALID],
  algorithm_not_allowed: [401, NOT_VALID],
  type_not_accepted: [401, NOT_VALID],
  issuer_not_trusted: [401, NOT_VALID],
  audience_mismatch: [401, INVALID_TOKEN('The access token is meant for another audience')],
  key_unknown: [401, NOT_VALID],
  key_ambiguous: [401, NOT_VALID],
  signature_invalid: [401, NOT_VALID],
  claim_missing: [401, NOT_VALID],
  claim_invalid: [401, NOT_VALID],
  claim_not_accepted: [401, NOT_VALID],
  token_expired: [401, INVALID_TOKEN('The access token expired')],
  token_not_yet_valid: [401, INVALID_TOKEN('The access token is not valid yet')],
  token_issued_in_future: [401, INVALID_TOKEN('The access token is not valid yet')],
  sender_constraint_unsupported: [401, NOT_VALID],
  sender_constraint_required: [
    401,
    `${INVALID_TOKEN('This resource needs an access token that is bound to its sender')}, scope="controls:read"`,
  ],
  bound_token_as_bearer: [401, INVALID_TOKEN('The access token is bound to a key and needs a DPoP proof')],
  dpop_token_unbound: [401, INVALID_TOKEN('The access token is not bound to a DPoP key')],
  dpop_binding_mismatch: [401, INVALID_TOKEN('The access token is bound to another DPoP key')],
  dpop_proof_missing: [401, INVALID_PROOF],
  dpop_proof_duplicated: [401, INVALID_PROOF],
  dpop_proof_malformed: [401, INVALID_PROOF],
  dpop_proof_invalid: [401, INVALID_PROOF],
  dpop_proof_replayed: [401, INVALID_PROOF],
  dpop_nonce_required: [
    401,
    'Bearer realm="api", error="use_dpop_nonce", error_description="The DPoP proof needs the nonce of the header DPoP-Nonce"',
  ],
  client_certificate_missing: [401, INVALID_TOKEN('The access token is bound to a client certificate')],
  client_certificate_mismatch: [401, INVALID_TOKEN('The access token is bound to a client certificate')],
  client_certificate_invalid: [400, INVALID_REQUEST('The client certificate header is malformed')],
  token_revoked: [401, INVALID_TOKEN('The access token was revoked')],
  token_inactive: [401, NOT_VALID],
  insufficient_scope: [
    403,
    `Bearer realm="api", error="insufficient_scope", error_description="${LACKS}", scope="controls:read"`,
  ],
  insufficient_user_authentication: [
    401,
    'Bearer realm="api", error="insufficient_user_authentication", error_description="This resource requires a stronger or more recent sign-in"',
  ],
  keys_unavailable: [503, undefined],
  signature_queue_full: [503, undefined],
  introspection_unavailable: [503, undefined],
  issuer_unavailable: [503, undefined],
  replay_store_unavailable: [503, undefined],
  revocation_unavailable: [503, undefined],
}

const denialOf = createDenials({ realm: 'api' })({ scopes: ['controls:read'] })

describe('the answer to every code (RFC 6750 section 3)', () => {
  test.each(CODES)('%s', code => {
    const [status, challenge] = EXPECTED[code]
    const denial = denialOf(new Rejection(code, { claim: 'sub' }))
    expect(denial.code).toBe(code)
    expect(denial.status).toBe(status)
    expect(denial.headers).toEqual({
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
    })
    const { error, text } = DENIALS[code]
    const title = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }[status]
    expect(JSON.parse(denial.body)).toEqual({ title, status, detail: text, ...(error && { error }) })
  })
})

test('the body is a problem document, word for word (RFC 9457 section 3)', () => {
  expect(denialOf(new Rejection('token_expired')).body).toBe(
    '{"title":"Unauthorized","status":401,"detail":"The access token expired","error":"invalid_token"}',
  )
  expect(denialOf(new Rejection('credentials_missing')).body).toBe(
    '{"title":"Unauthorized","status":401,"detail":"This resource needs an access token"}',
  )
})

test('an answer is frozen, because requests share it', () => {
  const denial = denialOf(new Rejection('token_expired'))
  expect(Object.isFrozen(denial) && Object.isFrozen(denial.headers)).toBe(true)
  expect(denialOf(new Rejection('token_expired'))).toBe(denial)
})

test('an unknown key, a bad signature and a malformed token are answered alike: no oracle', () => {
  const answers = (['key_unknown', 'signature_invalid', 'token_malformed', 'key_ambiguous'] as const).map(code => {
    const { status, headers, body } = denialOf(new Rejection(code, { part: code, keys: 2 }))
    return JSON.stringify({ status, headers, body })
  })
  expect(new Set(answers).size).toBe(1)
})

test('keys_unavailable says when asking again makes sense and challenges nobody (RFC 9110 section 10.2.3)', () => {
  const denial = denialOf(new Rejection('keys_unavailable', undefined, 7))
  expect(denial.status).toBe(503)
  expect(denial.headers).toEqual({
    'Retry-After': '7',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
  })
})

test('a route without scopes names none', () => {
  const here = createDenials({ realm: 'api' })({ scopes: [] })
  expect(here(new Rejection('credentials_missing')).headers['WWW-Authenticate']).toBe('Bearer realm="api"')
  expect(here(new Rejection('insufficient_scope')).headers['WWW-Authenticate']).not.toContain('scope="')
})

test('several scopes are separated by single spaces (RFC 6750 section 3)', () => {
  const denial = denialFor('insufficient_scope', { realm: 'api', schemes: ['Bearer'], scopes: ['a', 'b'] })
  expect(denial.headers['WWW-Authenticate']).toMatch(/, scope="a b"$/)
})

test('one route does not change the answers of another', () => {
  const denialsFor = createDenials({ realm: 'api' })
  const first = denialsFor({ scopes: ['a'] })
  denialsFor({ scopes: ['b'] })
  expect(first(new Rejection('credentials_missing')).headers['WWW-Authenticate']).toBe('Bearer realm="api", scope="a"')
})
