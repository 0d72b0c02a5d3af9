import type { DenialCode } from '@scopeward/core'
import { AUDIENCE, type Route } from '../rules.ts'
import type { Token } from '../tokens/token.ts'

/** What may become of a request. */
export type Verdict =
  | 'granted'
  | 'anonymous'
  | Extract<
      DenialCode,
      | 'credentials_missing'
      | 'scheme_unsupported'
      | 'authorization_malformed'
      | 'authorization_duplicated'
      | 'token_malformed'
      | 'type_not_accepted'
      | 'issuer_not_trusted'
      | 'audience_mismatch'
      | 'key_unknown'
      | 'signature_invalid'
      | 'token_expired'
      | 'token_not_yet_valid'
      | 'sender_constraint_unsupported'
      | 'dpop_token_unbound'
      | 'dpop_binding_mismatch'
      | 'dpop_proof_missing'
      | 'dpop_proof_invalid'
      | 'dpop_proof_replayed'
      | 'token_revoked'
      | 'insufficient_scope'
      | 'keys_unavailable'
    >

type Refusal = Exclude<Verdict, 'granted' | 'anonymous'>

/** An answer, as far as it matters. */
export interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  readonly retryAfter: string | undefined
  readonly body: string
}

type Row = readonly [status: 400 | 401 | 403 | 503, error: string | undefined, text: string]

const NOT_VALID: Row = [401, 'invalid_token', 'The access token is not valid']
const NEEDS_TOKEN: Row = [401, undefined, 'This resource needs an access token']
const BAD_PROOF: Row = [401, 'invalid_dpop_proof', 'The DPoP proof is not valid']

/** Written out once more, and not taken from the library: a change there must be seen here. */
const ROWS: Readonly<Record<Refusal, Row>> = {
  credentials_missing: NEEDS_TOKEN,
  scheme_unsupported: NEEDS_TOKEN,
  authorization_malformed: [400, 'invalid_request', 'The Authorization header is malformed'],
  authorization_duplicated: [400, 'invalid_request', 'The request has more than one Authorization header'],
  token_malformed: NOT_VALID,
  type_not_accepted: NOT_VALID,
  issuer_not_trusted: NOT_VALID,
  audience_mismatch: [401, 'invalid_token', 'The access token is meant for another audience'],
  key_unknown: NOT_VALID,
  signature_invalid: NOT_VALID,
  token_expired: [401, 'invalid_token', 'The access token expired'],
  token_not_yet_valid: [401, 'invalid_token', 'The access token is not valid yet'],
  sender_constraint_unsupported: NOT_VALID,
  dpop_token_unbound: [401, 'invalid_token', 'The access token is not bound to a DPoP key'],
  dpop_binding_mismatch: [401, 'invalid_token', 'The access token is bound to another DPoP key'],
  dpop_proof_missing: BAD_PROOF,
  dpop_proof_invalid: BAD_PROOF,
  dpop_proof_replayed: BAD_PROOF,
  token_revoked: [401, 'invalid_token', 'The access token was revoked'],
  insufficient_scope: [
    403,
    'insufficient_scope',
    'The access token does not carry the privilege that this resource requires',
  ],
  keys_unavailable: [503, undefined, 'The access token cannot be checked right now'],
}

const TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const
const NAMES_SCOPE: readonly Verdict[] = ['credentials_missing', 'scheme_unsupported', 'insufficient_scope']

const MAX_RETRY_AFTER_SECONDS = 60

/** Whether an answer is, to the letter, the one for this verdict. @param token whose identity a granted answer must tell */
export function isAnswerFor(verdict: Verdict, answer: Answer, route: Route, token: Token | undefined): boolean {
  if (verdict === 'granted') return isOpen(answer) && answer.body === identityOf(token)
  if (verdict === 'anonymous') return isOpen(answer) && answer.body === '{"anonymous":true}'
  const [status, error, text] = ROWS[verdict]
  return (
    answer.status === status &&
    answer.challenge === challengeFor(verdict, route) &&
    isRetryAfter(answer.retryAfter, status) &&
    answer.body === JSON.stringify({ title: TITLES[status], status, detail: text, ...(error && { error }) })
  )
}

function isOpen({ status, challenge }: Answer): boolean {
  return status === 200 && challenge === undefined
}

function identityOf(token: Token | undefined): string {
  if (token === undefined) throw new Error('nobody is expected to be let in without a token')
  const { issuer, clientId, subject, tokenId } = token
  return JSON.stringify({ issuer: issuer.server.issuer, clientId, subject, tokenId })
}

/** RFC 6750 section 3, RFC 9449 section 7.1 */
function challengeFor(verdict: Refusal, { sender, scope }: Route): string | undefined {
  const [status, error, text] = ROWS[verdict]
  if (status === 503) return undefined
  const parameters = [`realm="${AUDIENCE}"`]
  if (error !== undefined) parameters.push(`error="${error}"`, `error_description="${text}"`)
  if (scope !== undefined && NAMES_SCOPE.includes(verdict)) parameters.push(`scope="${scope}"`)
  if (sender === 'dpop') parameters.push('algs="ES256 Ed25519 PS256"')
  return `${sender === 'dpop' ? 'DPoP' : 'Bearer'} ${parameters.join(', ')}`
}

function isRetryAfter(value: string | undefined, status: number): boolean {
  if (status !== 503) return value === undefined
  const seconds = Number(value)
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_RETRY_AFTER_SECONDS
}
