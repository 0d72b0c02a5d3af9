import { AUDIENCE } from './audiences.ts'
import { REALM } from './challenges.ts'
import type { Testimony } from './witness.ts'

const DPOP_REALM = `DPoP realm="${AUDIENCE}"`
const ALGS = 'algs="ES256 Ed25519 PS256"'
const READ = 'scope="reports:read"'
const NEEDS_TOKEN = { title: 'Unauthorized', status: 401, detail: 'This resource needs an access token' }

type Refusal = Omit<Testimony, 'detail'> & { readonly detail?: unknown }

function refusal(code: string, challenge: string, error: string, detail: string): Refusal {
  const body = { title: 'Unauthorized', status: 401, detail, error }
  return { status: 401, codes: [code], challenge, nonce: null, body }
}

/** `error` and `error_description` as they stand in a challenge. */
function errorText(error: string, description: string): string {
  return `error="${error}", error_description="${description}"`
}

/** Of a request that came with a proof, where bearer tokens are taken too (RFC 9449 section 7.2). */
function refusedWithProof(code: string, error: string, description: string): Refusal {
  const challenge = `${REALM}, ${DPOP_REALM}, ${errorText(error, description)}, ${ALGS}`
  return refusal(code, challenge, error, description)
}

/** Of one that came with a bearer token. */
function refusedAsBearer(code: string, description: string): Refusal {
  const challenge = `${REALM}, ${errorText('invalid_token', description)}, ${DPOP_REALM}, ${ALGS}`
  return refusal(code, challenge, 'invalid_token', description)
}

/** The same refusal where only proofs are taken. */
export function onlyProofs(refused: Refusal): Refusal {
  return { ...refused, challenge: String(refused.challenge).replace(`${REALM}, `, '') }
}

const NOT_VALID = 'The DPoP proof is not valid'

/** @param check as RFC 9449 section 4.3 numbers them */
export function proofRefused(check: string, reason: unknown): Refusal {
  return { ...refusedWithProof('dpop_proof_invalid', 'invalid_dpop_proof', NOT_VALID), detail: { check, reason } }
}

export const REPLAYED: Refusal = refusedWithProof('dpop_proof_replayed', 'invalid_dpop_proof', NOT_VALID)
export const PROOF_MISSING: Refusal = refusedWithProof('dpop_proof_missing', 'invalid_dpop_proof', NOT_VALID)
export const NOT_ONE_PROOF: Refusal = {
  ...refusedWithProof('dpop_proof_malformed', 'invalid_dpop_proof', NOT_VALID),
  detail: { reason: 'token_malformed' },
}

export const DOWNGRADED: Refusal = refusedAsBearer(
  'bound_token_as_bearer',
  'The access token is bound to a key and needs a DPoP proof',
)

export const STOLEN: Refusal = refusedWithProof(
  'dpop_binding_mismatch',
  'invalid_token',
  'The access token is bound to another DPoP key',
)

export const UNBOUND: Refusal = refusedWithProof(
  'dpop_token_unbound',
  'invalid_token',
  'The access token is not bound to a DPoP key',
)

/** Without credentials, at a route for `reports:read`. */
export const BOTH_OFFERED: Refusal = {
  status: 401,
  codes: ['credentials_missing'],
  challenge: `${REALM}, ${READ}, ${DPOP_REALM}, ${READ}, ${ALGS}`,
  nonce: null,
  body: NEEDS_TOKEN,
}

/** The same where only proofs are taken. */
export const PROOFS_OFFERED: Refusal = {
  ...BOTH_OFFERED,
  challenge: `${DPOP_REALM}, ${READ}, ${ALGS}`,
}

const UNPROVEN = 'This resource needs an access token that is bound to its sender'

/** At a route for `reports:read` by bound tokens, which offers no other scheme. */
export const BOUND_DEMANDED: Refusal = refusal(
  'sender_constraint_required',
  `${DPOP_REALM}, ${errorText('invalid_token', UNPROVEN)}, ${READ}, ${ALGS}`,
  'invalid_token',
  UNPROVEN,
)

const TOO_LITTLE_TEXT = 'The access token does not carry the privilege that this resource requires'
const WRITE = 'scope="reports:write"'

/** At a route for `reports:write`. */
export const TOO_LITTLE: Refusal = {
  status: 403,
  codes: ['insufficient_scope'],
  challenge: `${REALM}, ${WRITE}, ${DPOP_REALM}, ${errorText('insufficient_scope', TOO_LITTLE_TEXT)}, ${WRITE}, ${ALGS}`,
  nonce: null,
  body: { title: 'Forbidden', status: 403, detail: TOO_LITTLE_TEXT, error: 'insufficient_scope' },
}

/** The nonce itself is in a header of its own. */
export const NONCE_REQUIRED: Omit<Refusal, 'nonce'> = refusal(
  'dpop_nonce_required',
  `${DPOP_REALM}, ${errorText('use_dpop_nonce', 'The DPoP proof needs the nonce of the header DPoP-Nonce')}, ${ALGS}`,
  'use_dpop_nonce',
  'The DPoP proof needs the nonce of the header DPoP-Nonce',
)

export const INACTIVE: Refusal = refusedWithProof('token_inactive', 'invalid_token', 'The access token is not valid')
