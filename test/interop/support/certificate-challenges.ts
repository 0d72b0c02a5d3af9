import { REALM } from './challenges.ts'
import type { Testimony } from './witness.ts'

type Refusal = Omit<Testimony, 'detail'>

function refusal(codes: readonly string[], error: string, detail: string, status = 401): Refusal {
  const challenge = `${REALM}, error="${error}", error_description="${detail}"`
  const title = status === 400 ? 'Bad Request' : 'Unauthorized'
  return { status, codes, challenge, nonce: null, body: { title, status, detail, error } }
}

const BOUND = 'The access token is bound to a client certificate'
const UNBOUND = 'This resource needs an access token that is bound to its sender'

export const MISSING: Refusal = refusal(['client_certificate_missing'], 'invalid_token', BOUND)
export const MISMATCH: Refusal = refusal(['client_certificate_mismatch'], 'invalid_token', BOUND)

const MALFORMED = 'The client certificate header is malformed'

/** @param reason which only operators see */
export function headerRefused(reason: string): Testimony {
  return { ...refusal(['client_certificate_invalid'], 'invalid_request', MALFORMED, 400), detail: { reason } }
}

const demanded = refusal(['sender_constraint_required'], 'invalid_token', UNBOUND)

/** At a route for `reports:read` by tokens that are bound to a certificate. */
export const BOUND_DEMANDED: Refusal = { ...demanded, challenge: `${demanded.challenge}, scope="reports:read"` }
