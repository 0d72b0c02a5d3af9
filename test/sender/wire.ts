import type { DenialCode } from '@scopeward/core'
import { refusalFor } from '../support/refusals.ts'

type Scheme = 'Bearer' | 'DPoP'
const REALM = 'https://api.example.com'
const NAMES_SCOPES: readonly DenialCode[] = [
  'credentials_missing',
  'scheme_unsupported',
  'sender_constraint_required',
  'insufficient_scope',
]
const TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const

export interface WireOptions {
  /** Schemes that the server, or the route, offers. */
  readonly schemes?: readonly Scheme[]
  /** The scheme that the request came with; the error is in its challenge alone, if it is offered (RFC 9449 section 7.2). */
  readonly presented?: Scheme | undefined
  readonly scope?: string
  readonly algs?: string
}

export interface Wire {
  readonly status: number
  readonly challenge: readonly string[]
  readonly body: string
}

/** @see RFC 6750 section 3, RFC 9449 sections 7.1, 7.2 and 9 */
export function wireFor(code: DenialCode, options: WireOptions = {}): Wire {
  const { presented, scope = 'items:read', algs = 'ES256 Ed25519 PS256' } = options
  const schemes = code === 'dpop_nonce_required' ? (['DPoP'] as const) : (options.schemes ?? ['Bearer', 'DPoP'])
  const { status, error, detail } = problemOf(code)
  const challenge = (scheme: Scheme) => {
    const isAbout = presented === undefined || !schemes.includes(presented) || presented === scheme
    return `${scheme} ${[
      `realm="${REALM}"`,
      ...(error !== undefined && isAbout ? [`error="${error}"`, `error_description="${detail}"`] : []),
      ...(scope !== '' && NAMES_SCOPES.includes(code) ? [`scope="${scope}"`] : []),
      ...(scheme === 'DPoP' ? [`algs="${algs}"`] : []),
    ].join(', ')}`
  }
  return {
    status,
    challenge: status === 503 ? [] : [schemes.map(challenge).join(', ')],
    body: JSON.stringify({ title: TITLES[status], status, detail, ...(error && { error }) }),
  }
}

function problemOf(code: DenialCode): { status: 400 | 401 | 403 | 503; error: string | undefined; detail: string } {
  const { status, body } = refusalFor(code, '')
  const { error, detail } = JSON.parse(body) as { error?: string; detail: string }
  return { status, error, detail }
}
