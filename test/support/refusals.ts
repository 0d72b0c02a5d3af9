import type { DenialCode } from '@scopeward/core'

/** What a client gets for a code: written out here a second time, so that a change of the wire text is seen. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503
  readonly challenge: readonly string[]
  readonly body: string
}

const REALM = 'https://api.example.com'
const NOT_VALID = 'The access token is not valid'
const CANNOT_BE_CHECKED = 'The access token cannot be checked right now'
const NEEDS_TOKEN = 'This resource needs an access token'

type Row = readonly [status: Refusal['status'], error: string | undefined, text: string]

const badToken = (text: string = NOT_VALID): Row => [401, 'invalid_token', text]

const BAD_PROOF: Row = [401, 'invalid_dpop_proof', 'The DPoP proof is not valid']

const ROWS: Readonly<Record<DenialCode, Row>> = {
  credentials_missing: [401, undefined, NEEDS_TOKEN],
  scheme_unsupported: [401, undefined, NEEDS_TOKEN],
  authorization_malformed: [400, 'invalid_request', 'The Authorization header is malformed'],
  authorization_duplicated: [400, 'invalid_request', 'The request has more than one Authorization header'],
  token_too_large: badToken(),
  token_malformed: badToken(),
  token_json_invalid: badToken(),
  header_not_accepted: badToken(),
  algorithm_not_allowed: badToken(),
  type_not_accepted: badToken(),
  issuer_not_trusted: badToken(),
  audience_mismatch: badToken('The access token is meant for another audience'),
  key_unknown: badToken(),
  key_ambiguous: badToken(),
  signature_invalid: badToken(),
  claim_missing: badToken(),
  claim_invalid: badToken(),
  claim_not_accepted: badToken(),
  token_expired: badToken('The access token expired'),
  token_not_yet_valid: badToken('The access token is not valid yet'),
  token_issued_in_future: badToken('The access token is not valid yet'),
  sender_constraint_unsupported: badToken(),
  sender_constraint_required: badToken('This resource needs an access token that is bound to its sender'),
  bound_token_as_bearer: badToken('The access token is bound to a key and needs a DPoP proof'),
  dpop_token_unbound: badToken('The access token is not bound to a DPoP key'),
  dpop_binding_mismatch: badToken('The access token is bound to another DPoP key'),
  dpop_proof_missing: BAD_PROOF,
  dpop_proof_duplicated: BAD_PROOF,
  dpop_proof_malformed: BAD_PROOF,
  dpop_proof_invalid: BAD_PROOF,
  dpop_proof_replayed: BAD_PROOF,
  dpop_nonce_required: [401, 'use_dpop_nonce', 'The DPoP proof needs the nonce of the header DPoP-Nonce'],
  client_certificate_missing: badToken('The access token is bound to a client certificate'),
  client_certificate_mismatch: badToken('The access token is bound to a client certificate'),
  client_certificate_invalid: [400, 'invalid_request', 'The client certificate header is malformed'],
  token_revoked: badToken('The access token was revoked'),
  token_inactive: badToken(),
  insufficient_scope: [
    403,
    'insufficient_scope',
    'The access token does not carry the privilege that this resource requires',
  ],
  insufficient_user_authentication: [
    401,
    'insufficient_user_authentication',
    'This resource requires a stronger or more recent sign-in',
  ],
  keys_unavailable: [503, undefined, CANNOT_BE_CHECKED],
  signature_queue_full: [503, undefined, CANNOT_BE_CHECKED],
  introspection_unavailable: [503, undefined, CANNOT_BE_CHECKED],
  issuer_unavailable: [503, undefined, CANNOT_BE_CHECKED],
  replay_store_unavailable: [503, undefined, CANNOT_BE_CHECKED],
  revocation_unavailable: [503, undefined, CANNOT_BE_CHECKED],
}

const TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const
const NAMES_SCOPES: readonly DenialCode[] = [
  'credentials_missing',
  'scheme_unsupported',
  'sender_constraint_required',
  'insufficient_scope',
]

/**
 * @param scope the smallest scopes of the route, as the challenge names them; '' where it names none
 * @see RFC 6750 section 3, RFC 9470 section 3
 */
export function refusalFor(code: DenialCode, scope: string): Refusal {
  const [status, error, text] = ROWS[code]
  const withScope = scope !== '' && NAMES_SCOPES.includes(code)
  const parameters = [
    `realm="${REALM}"`,
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${text}"`]),
    ...(withScope ? [`scope="${scope}"`] : []),
  ]
  return {
    status,
    challenge: status === 503 ? [] : [`Bearer ${parameters.join(', ')}`],
    body: JSON.stringify({ title: TITLES[status], status, detail: text, ...(error && { error }) }),
  }
}
