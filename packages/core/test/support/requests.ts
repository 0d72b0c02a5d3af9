import type { Outcome } from '../../src/guard.ts'
import type { ResourceRequest } from '../../src/request/resource-request.ts'

/** A request with this token, or without any credentials. */
export function requestWith(token?: string, more: Partial<ResourceRequest> = {}): ResourceRequest {
  const headers = token === undefined ? ['Host', 'api'] : ['Host', 'api', 'Authorization', `Bearer ${token}`]
  return { method: 'GET', url: '/v1/controls/7', headers, ...more }
}

/** What a client sees of an outcome: code, status and challenge of a denial, `granted` otherwise. */
export function summaryOf(outcome: Outcome<unknown>): readonly unknown[] | 'granted' {
  if (outcome.granted) return 'granted'
  const { code, status, headers } = outcome.denial
  return [code, status, headers['WWW-Authenticate']]
}

/** Code and status of an outcome, where the challenge is shown elsewhere. */
export function statusOf(outcome: Outcome<unknown>): readonly unknown[] {
  return outcome.granted ? ['granted', 200] : [outcome.denial.code, outcome.denial.status]
}

/** The same token with the first character of one part replaced: still canonical base64url, no longer genuine. */
export function tampered(token: string, part: 0 | 1 | 2 = 2): string {
  const parts = token.split('.')
  const text = parts[part] as string
  parts[part] = (text[10] === 'A' ? 'B' : 'A') + text.slice(1)
  if (parts[part] === text) parts[part] = `C${text.slice(1)}`
  return parts.join('.')
}
