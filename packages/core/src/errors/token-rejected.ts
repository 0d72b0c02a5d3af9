import { DENIALS, type DenialCode } from './denials.ts'
import { documentationOf } from './documentation.ts'
import type { Rejection, RejectionDetail } from './rejection.ts'

/**
 * `verify()` refused a token. `code` says why, `status` what an HTTP server would answer. Neither the message nor any
 * property holds the token or a claim of it.
 */
export class TokenRejected extends Error {
  override readonly name = 'TokenRejected'
  readonly code: DenialCode
  readonly status: number
  readonly detail: RejectionDetail | undefined
  /** URL of what the documentation says about the code: for logs, never for clients. */
  readonly documentation: string

  constructor(rejection: Rejection) {
    super(`${DENIALS[rejection.code].text} (${rejection.code})`)
    this.code = rejection.code
    this.status = DENIALS[rejection.code].status
    this.detail = rejection.detail
    this.documentation = documentationOf(rejection.code)
  }
}

/** `verify()` could not check a token, because its issuer or the list of revocations cannot tell: not a verdict about the token. */
export class VerificationUnavailable extends Error {
  override readonly name = 'VerificationUnavailable'
  readonly code: DenialCode
  readonly status = 503
  readonly retryAfterSeconds: number
  readonly detail: RejectionDetail | undefined
  /** URL of what the documentation says about the code: for logs, never for clients. */
  readonly documentation: string

  constructor(rejection: Rejection) {
    super(`${DENIALS[rejection.code].text} (${rejection.code})`)
    this.code = rejection.code
    this.retryAfterSeconds = rejection.retryAfterSeconds ?? 1
    this.detail = rejection.detail
    this.documentation = documentationOf(rejection.code)
  }
}
