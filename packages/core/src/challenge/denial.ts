import { DENIALS, type DenialCode, type DenialRow } from '../errors/denials.ts'

/** A refusal, complete: an adapter only sends it. Frozen; never depends on the token beyond its code. */
export interface Denial {
  readonly code: DenialCode
  readonly status: 400 | 401 | 403 | 503
  readonly headers: Readonly<Record<string, string>>
  /** JSON text, `application/problem+json` (RFC 9457). */
  readonly body: string
}

/** What challenges say beyond the error. Every character was checked at construction, so nothing needs escaping. */
export interface ChallengeParameters {
  readonly realm: string
  /** URL of the protected resource metadata (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string | undefined
  /** Named where they help the client to ask for the right token. */
  readonly scopes?: readonly string[]
  /** @see RFC 9470 section 3 */
  readonly acrValues?: readonly string[] | undefined
  readonly maxAgeSeconds?: number | undefined
}

const REASONS = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const

/**
 * The answer for a code.
 * @see RFC 6750 section 3, RFC 9110 sections 11.6.1 and 10.2.3, RFC 9111 section 5.2.2.5
 */
export function denialFor(code: DenialCode, parameters: ChallengeParameters, retryAfterSeconds?: number): Denial {
  const row: DenialRow = DENIALS[code]
  const { status } = row
  const headers: Record<string, string> = {}
  if (status !== 503) headers['WWW-Authenticate'] = challenge(row, parameters)
  if (retryAfterSeconds !== undefined) headers['Retry-After'] = String(retryAfterSeconds)
  headers['Cache-Control'] = 'no-store'
  headers['Content-Type'] = 'application/problem+json'
  return Object.freeze({ code, status, headers: Object.freeze(headers), body: problem(row) })
}

function challenge({ error, text }: DenialRow, of: ChallengeParameters): string {
  const { realm, resourceMetadata, scopes = [], acrValues, maxAgeSeconds } = of
  const parameters = [`realm="${realm}"`]
  if (error !== undefined) parameters.push(`error="${error}"`, `error_description="${text}"`)
  if (scopes.length > 0) parameters.push(`scope="${scopes.join(' ')}"`)
  if (acrValues !== undefined) parameters.push(`acr_values="${acrValues.join(' ')}"`)
  if (maxAgeSeconds !== undefined) parameters.push(`max_age="${maxAgeSeconds}"`)
  if (resourceMetadata !== undefined) parameters.push(`resource_metadata="${resourceMetadata}"`)
  return `Bearer ${parameters.join(', ')}`
}

function problem({ status, error, text }: DenialRow): string {
  return JSON.stringify({ title: REASONS[status], status, detail: text, ...(error && { error }) })
}
