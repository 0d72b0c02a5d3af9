import type { DenialCode, RejectionDetail } from '@scopeward/core'
import { expect } from 'vitest'
import { type Answer, AUDIENCE, SCOPE, type ThreeCallers } from './three-callers.ts'

const TEXTS: Partial<Record<DenialCode, string>> = {
  audience_mismatch: 'The access token is meant for another audience',
  token_expired: 'The access token expired',
  token_not_yet_valid: 'The access token is not valid yet',
  token_issued_in_future: 'The access token is not valid yet',
}

/** The exact answer with 401 for a bad token: the wire tells hardly any codes apart. */
export function unauthorized(code: DenialCode, detail?: RejectionDetail): Answer {
  const text = TEXTS[code] ?? 'The access token is not valid'
  return {
    status: 401,
    headers: {
      'www-authenticate': [`Bearer realm="${AUDIENCE}", error="invalid_token", error_description="${text}"`],
      'retry-after': [],
      'cache-control': ['no-store'],
      'content-type': ['application/problem+json'],
    },
    body: `{"title":"Unauthorized","status":401,"detail":"${text}","error":"invalid_token"}`,
    code,
    detail,
  }
}

/** The exact answer where the issuer could not be asked, or where what it said cannot be used. */
export function unavailable(
  reason: string,
  code: DenialCode = 'introspection_unavailable',
  retryAfterSeconds = 5,
): Answer {
  return {
    status: 503,
    headers: {
      'www-authenticate': [],
      'retry-after': [String(retryAfterSeconds)],
      'cache-control': ['no-store'],
      'content-type': ['application/problem+json'],
    },
    body: '{"title":"Service Unavailable","status":503,"detail":"The access token cannot be checked right now"}',
    code,
    detail: reason === '' ? undefined : { reason },
  }
}

/** Who calls, as the handlers answer. */
export interface Caller {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly kind: 'service' | 'user' | 'unknown'
  readonly scopes: readonly string[]
}

export async function expectGranted(
  callers: ThreeCallers,
  token: string,
  changes: Partial<Caller> = {},
): Promise<void> {
  const { status, body, code } = await callers.ask(token)
  expect([status, code]).toEqual([200, undefined])
  expect(JSON.parse(body)).toMatchObject({ clientId: 'billing', subject: 'billing', scopes: [SCOPE], ...changes })
}
