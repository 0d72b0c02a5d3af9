import { DENIALS, type DenialCode, type DenialRow } from '../errors/denials.ts'

/** A refusal, complete: an adapter only sends it. Frozen; never depends on the token beyond its code. */
export interface Denial {
  readonly code: DenialCode
  readonly status: 400 | 401 | 403 | 503
  readonly headers: Readonly<Record<string, string>>
  /** JSON text, `application/problem+json` (RFC 9457). */
  readonly body: string
}

/** Authentication schemes that a challenge may offer. */
export type ChallengeScheme = 'Bearer' | 'DPoP'

/** What challenges say beyond the error. Every character was checked at construction, so nothing needs escaping. */
export interface ChallengeParameters {
  readonly realm: string
  /** Which schemes would do, each with a challenge of its own. */
  readonly schemes: readonly ChallengeScheme[]
  /** The scheme that the request came with, if it came with one: the error is about that one (RFC 9449 section 7.2). */
  readonly presented?: ChallengeScheme | undefined
  /** Algorithms of proofs (RFC 9449 section 7.1). */
  readonly algs?: readonly string[]
  /** URL of the protected resource metadata (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string | undefined
  /** Named where they help the client to ask for the right token. */
  readonly scopes?: readonly string[]
  /** @see RFC 9470 section 3 */
  readonly acrValues?: readonly string[] | undefined
  readonly maxAgeSeconds?: number | undefined
}

/** Headers that only some answers have. */
export interface AddedHeaders {
  readonly retryAfterSeconds?: number | undefined
  /** For the client's next proof (RFC 9449 section 9). */
  readonly nonce?: string | undefined
}

const REASONS = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const

/**
 * The answer for a code.
 * @see RFC 6750 section 3, RFC 9110 sections 11.6.1 and 10.2.3, RFC 9111 section 5.2.2.5
 */
export function denialFor(code: DenialCode, parameters: ChallengeParameters, added: AddedHeaders = {}): Denial {
  const row: DenialRow = DENIALS[code]
  const { status } = row
  const headers: Record<string, string> = {}
  if (status !== 503) headers['WWW-Authenticate'] = challenges(row, parameters)
  if (added.nonce !== undefined) headers['DPoP-Nonce'] = added.nonce
  if (added.retryAfterSeconds !== undefined) headers['Retry-After'] = String(added.retryAfterSeconds)
  headers['Cache-Control'] = 'no-store'
  headers['Content-Type'] = 'application/problem+json'
  return Object.freeze({ code, status, headers: Object.freeze(headers), body: problem(row) })
}

/**
 * One header line for all schemes, as RFC 9449 writes them: a host that keeps the last of several lines would lose one.
 * @see RFC 9110 section 11.6.1
 */
function challenges(row: DenialRow, of: ChallengeParameters): string {
  const { schemes, presented } = of
  const erring = presented !== undefined && schemes.includes(presented) ? [presented] : schemes
  return schemes.map(scheme => challenge(scheme, erring.includes(scheme) ? row : WITHOUT_ERROR, of)).join(', ')
}

const WITHOUT_ERROR = { error: undefined, text: '' } as const

function challenge(
  scheme: ChallengeScheme,
  { error, text }: Pick<DenialRow, 'error' | 'text'>,
  of: ChallengeParameters,
): string {
  const { realm, resourceMetadata, scopes = [], acrValues, maxAgeSeconds, algs = [] } = of
  const parameters = [`realm="${realm}"`]
  if (error !== undefined) parameters.push(`error="${error}"`, `error_description="${text}"`)
  if (scopes.length > 0) parameters.push(`scope="${scopes.join(' ')}"`)
  if (acrValues !== undefined) parameters.push(`acr_values="${acrValues.join(' ')}"`)
  if (maxAgeSeconds !== undefined) parameters.push(`max_age="${maxAgeSeconds}"`)
  if (scheme === 'DPoP') parameters.push(`algs="${algs.join(' ')}"`)
  if (resourceMetadata !== undefined) parameters.push(`resource_metadata="${resourceMetadata}"`)
  return `${scheme} ${parameters.join(', ')}`
}

function problem({ status, error, text }: DenialRow): string {
  return JSON.stringify({ title: REASONS[status], status, detail: text, ...(error && { error }) })
}
