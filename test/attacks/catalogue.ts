import type { DenialCode } from '@scopeward/core'
import type { ForgeryName, TestAlgorithm } from '@scopeward/testing'

/** What a forgery of the catalogue ends with. */
export interface Verdict {
  readonly code: DenialCode
  /** Where another key ends otherwise. */
  readonly byAlgorithm?: Partial<Record<TestAlgorithm, DenialCode>>
  /** What `verify()` says, which has no header grammar before it. Default: `code`. */
  readonly verifyCode?: DenialCode
  /** No header can carry it. */
  readonly notOverHttp?: true
}

function all(code: DenialCode, ...names: readonly ForgeryName[]): readonly (readonly [ForgeryName, Verdict])[] {
  return names.map(name => [name, { code }] as const)
}

/** Every forgery of @scopeward/testing, by what it must be refused with. A test keeps it complete. */
export const VERDICTS: ReadonlyMap<ForgeryName, Verdict> = new Map([
  ...all('token_malformed', 'alg-none', 'alg-none-case', 'jwe-five-parts', 'two-parts', 'four-parts'),
  ...all(
    'token_malformed',
    'empty-signature',
    'signature-padding',
    'signature-noncanonical',
    'base64-standard-alphabet',
  ),
  ['whitespace-in-signature', { code: 'authorization_malformed', verifyCode: 'token_malformed' }],
  ['newline-in-payload', { code: 'authorization_malformed', verifyCode: 'token_malformed', notOverHttp: true }],
  ...all('token_too_large', 'too-large'),
  ...all('algorithm_not_allowed', 'alg-hs256-public-key-pem', 'alg-hs256-public-key-der', 'alg-hs256-public-key-jwk'),
  [
    'alg-mismatch-key',
    { code: 'key_unknown', byAlgorithm: { ES256: 'algorithm_not_allowed', Ed25519: 'algorithm_not_allowed' } },
  ],
  ...all('signature_invalid', 'wrong-key', 'header-jwk', 'header-jku', 'header-x5c', 'signature-truncated'),
  ...all('signature_invalid', 'signature-tampered', 'payload-tampered', 'es256-der-signature', 'ecdsa-zero'),
  ...all('key_unknown', 'kid-unknown', 'kid-path-traversal', 'kid-proto'),
  ...all(
    'header_not_accepted',
    'kid-number',
    'kid-huge',
    'crit-unknown',
    'crit-empty',
    'crit-b64',
    'b64-false',
    'cty-jwt',
  ),
  ...all(
    'type_not_accepted',
    'typ-jwt',
    'typ-missing',
    'typ-array',
    'typ-parameter',
    'typ-dpop',
    'typ-logout',
    'id-token',
  ),
  ...all('token_json_invalid', 'header-duplicate-alg', 'payload-array', 'payload-null', 'payload-string'),
  ...all('token_json_invalid', 'payload-invalid-utf8', 'payload-bom', 'payload-duplicate-scope', 'payload-trailing'),
  ...all('token_json_invalid', 'payload-duplicate-escaped', 'payload-deep', 'lone-surrogate', 'exp-infinity'),
  ...all('issuer_not_trusted', 'issuer-other', 'issuer-trailing-slash', 'issuer-array', 'issuer-case'),
  ...all('audience_mismatch', 'audience-other', 'audience-prefix', 'audience-suffix-slash', 'audience-case'),
  ...all('audience_mismatch', 'audience-empty-array', 'audience-list-string'),
  ...all('claim_missing', 'issuer-missing', 'audience-missing', 'exp-missing', 'iat-missing', 'subject-missing'),
  ...all('claim_missing', 'client-id-missing', 'jti-missing'),
  ...all(
    'claim_invalid',
    'audience-mixed-array',
    'audience-object',
    'exp-string',
    'exp-null',
    'exp-negative',
    'exp-huge',
  ),
  ...all('claim_invalid', 'nbf-string', 'iat-string', 'subject-number', 'client-id-object', 'jti-null'),
  ...all('claim_invalid', 'scope-array', 'scope-object', 'scope-double-space', 'scope-tab', 'scope-nbsp'),
  ...all('claim_invalid', 'scope-leading-space', 'scope-too-many'),
  ...all('token_expired', 'expired', 'expires-now'),
  ...all('token_not_yet_valid', 'not-yet-valid'),
  ...all('token_issued_in_future', 'issued-in-future'),
  ...all('sender_constraint_unsupported', 'dpop-bound', 'cnf-unknown', 'cnf-array'),
  ['mtls-bound', { code: 'client_certificate_missing', verifyCode: 'sender_constraint_unsupported' }],
] as const satisfies readonly (readonly [ForgeryName, Verdict])[])
