import type { DenialCode } from '@scopeward/core'
import type { TestIssuer, TokenInput } from '@scopeward/testing'

/** One request and what every server must answer. */
export interface Row {
  readonly name: string
  /** Method and request target. */
  readonly request: string
  /** What to mint. Without `headers`, the token is sent as `Authorization: Bearer <token>`. */
  readonly token?: TokenInput | ((issuer: TestIssuer) => Promise<string>)
  /** Header lines as they go out; `{token}` stands for the token, `{proof}` for the proof. */
  readonly headers?: readonly string[]
  /** Makes the DPoP proof for the token. */
  readonly proof?: (token: string) => Promise<string>
  readonly body?: string
  readonly version?: '1.0'
  /** The scheme that the request came with, where several are offered: the challenge tells the error of that one alone. */
  readonly presented?: 'Bearer' | 'DPoP'
  readonly expected: readonly [status: 200] | readonly [status: 400 | 401 | 403 | 503, code: DenialCode]
}

export const READ: TokenInput = { scope: 'items:read' }
export const WRITE: TokenInput = { scope: 'items:write' }
export const AS_USER: TokenInput = { scope: 'items:read', subject: 'alice' }

export const GRANTED = [200] as const
export const MALFORMED = [400, 'authorization_malformed'] as const
export const DUPLICATED = [400, 'authorization_duplicated'] as const
export const NO_CREDENTIALS = [401, 'credentials_missing'] as const
export const OTHER_SCHEME = [401, 'scheme_unsupported'] as const
export const INSUFFICIENT = [403, 'insufficient_scope'] as const
