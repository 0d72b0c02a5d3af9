import { describe, expect, test } from 'vitest'
import { MISUSES } from '../../src/errors/configuration-error.ts'
import { DENIALS, type DenialRow } from '../../src/errors/denials.ts'
import { Rejection } from '../../src/errors/rejection.ts'
import { TokenRejected, VerificationUnavailable } from '../../src/errors/token-rejected.ts'

const ROWS = Object.entries(DENIALS) as [keyof typeof DENIALS, DenialRow][]

describe.each(ROWS)('%s', (code, { status, error, text, section, remedy }) => {
  test('has a text of the characters that error_description may have (RFC 6750 section 3)', () => {
    expect(text).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  test('has the status that belongs to its error (RFC 6750 section 3.1, RFC 9449 sections 7.1 and 9, RFC 9470 section 3)', () => {
    const statuses = {
      invalid_request: [400],
      invalid_token: [401],
      insufficient_scope: [403],
      insufficient_user_authentication: [401],
      invalid_dpop_proof: [401],
      use_dpop_nonce: [401],
      none: [401, 503],
    }
    expect(statuses[error ?? 'none']).toContain(status)
  })

  test('names a section and says what to do', () => {
    expect(section).toMatch(/^RFC \d{4} section \d+(\.\d+)*$/)
    expect(remedy).toMatch(/\.$/)
    expect(remedy).not.toMatch(/^Keep one|TODO/)
  })

  test('is a code in lower case with underscores', () => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)+$/)
  })
})

test('where the RFC says to give no error, none is given: no credentials, another scheme, no verdict', () => {
  expect(ROWS.filter(([, { error }]) => error === undefined).map(([code]) => code)).toEqual([
    'credentials_missing',
    'scheme_unsupported',
    'keys_unavailable',
    'signature_queue_full',
    'introspection_unavailable',
    'issuer_unavailable',
    'replay_store_unavailable',
    'revocation_unavailable',
  ])
})

test('every misuse says what to do', () => {
  for (const [code, text] of Object.entries(MISUSES)) {
    expect(code).toMatch(/^[a-z]+_[a-z]+$/)
    expect(text).toMatch(/\.$/)
  }
})

test('the errors of verify() carry code, status and detail, and nothing of the token', () => {
  const rejected = new TokenRejected(new Rejection('claim_missing', { claim: 'sub' }))
  expect(rejected).toMatchObject({
    name: 'TokenRejected',
    code: 'claim_missing',
    status: 401,
    detail: { claim: 'sub' },
  })
  expect(rejected.message).toBe('The access token is not valid (claim_missing)')
  const unavailable = new VerificationUnavailable(new Rejection('keys_unavailable', undefined, 7))
  expect(unavailable).toMatchObject({
    name: 'VerificationUnavailable',
    code: 'keys_unavailable',
    status: 503,
    retryAfterSeconds: 7,
  })
  expect(new VerificationUnavailable(new Rejection('keys_unavailable')).retryAfterSeconds).toBe(1)
})
