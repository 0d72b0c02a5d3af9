import type { Answer } from '../answer.ts'

/** Error codes of RFC 6749 sections 4.1.2.1 and 5.2, RFC 8707 section 2 and RFC 9449 section 5 that the endpoints for clients use. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'server_error'

export const NO_STORE: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
}

/** A refusal of the token or introspection endpoint. The description is fixed text or names parameters, in the characters of section 5.2. */
export class TokenError extends Error {
  readonly code: TokenErrorCode
  readonly status: number

  constructor(code: TokenErrorCode, description: string, status: number = code === 'invalid_client' ? 401 : 400) {
    super(description)
    this.code = code
    this.status = status
  }

  toAnswer(): Answer {
    // A 401 must carry a challenge (RFC 9110 section 15.5.2), however the client tried to authenticate.
    const challenge = this.status === 401 ? { 'www-authenticate': 'Basic realm="token"' } : undefined
    const body = JSON.stringify({ error: this.code, error_description: describe(this.message) })
    return { status: this.status, headers: { ...NO_STORE, ...challenge }, body }
  }
}

/** A refusal becomes its answer. Nothing that a client sends is an exception out of here. */
export async function orRefusal(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof TokenError) return error.toAnswer()
    throw error
  }
}

/** `error_description` holds printable ASCII without quote and backslash; a parameter name in it may hold anything. */
function describe(message: string): string {
  return message.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')
}
