import { AUDIENCE } from './audiences.ts'
import type { Answer } from './denials.ts'

export const REALM = `Bearer realm="${AUDIENCE}"`

/** A refused token, to the letter (RFC 6750 section 3.1). */
export function refused(code: string, description = 'The access token is not valid'): Partial<Answer> {
  return { status: 401, code, challenge: `${REALM}, error="invalid_token", error_description="${description}"` }
}

export const MISDIRECTED: Partial<Answer> = refused(
  'audience_mismatch',
  'The access token is meant for another audience',
)
export const EXPIRED: Partial<Answer> = refused('token_expired', 'The access token expired')

/** Not a verdict about the token (RFC 9110 section 15.6.4). */
export function unavailable(code: string): Partial<Answer> {
  const detail = 'The access token cannot be checked right now'
  return { status: 503, code, challenge: null, body: { title: 'Service Unavailable', status: 503, detail } }
}
