import type { DenialCode, TokenProfile } from '@scopeward/core'
import type { SeenToken } from './seen-token.ts'
import type { Verdict } from './verify.ts'

export type StageName =
  | 'request'
  | 'form'
  | 'header'
  | 'algorithm'
  | 'payload'
  | 'issuer'
  | 'active'
  | 'type'
  | 'audience'
  | 'expiry'
  | 'key'
  | 'signature'
  | 'begun'
  | 'kind'
  | 'claims'
  | 'binding'
  | 'sender'
  | 'requirement'

/** The checks of the verifier in its order, each with the place where it is written down. */
export const STAGES: Readonly<Record<StageName, readonly [title: string, section: string]>> = {
  request: ['The request carries one token', 'RFC 6750 section 2.1'],
  form: ['The token is a compact JWT', 'RFC 7515 section 7.1'],
  header: ['The header asks for nothing special', 'RFC 7515 section 4.1.11'],
  algorithm: ['The algorithm is allowed', 'RFC 8725 section 3.1'],
  payload: ['The payload is one JSON object', 'RFC 7519 section 7.2'],
  issuer: ['The issuer is trusted', 'RFC 9068 section 4'],
  active: ['The issuer says that it is active', 'RFC 7662 section 2.2'],
  type: ['It is an access token (typ)', 'RFC 9068 section 4'],
  audience: ['It is meant for this API (aud)', 'RFC 9068 section 4'],
  expiry: ['It has not expired (exp)', 'RFC 7519 section 4.1.4'],
  key: ['The issuer publishes its key', 'RFC 7515 section 4.1.4'],
  signature: ['The signature holds', 'RFC 7515 section 5.2'],
  begun: ['It is valid already (nbf, iat)', 'RFC 7519 sections 4.1.5 and 4.1.6'],
  kind: ['It has no mark of another kind of token', 'RFC 8725 section 3.12'],
  claims: ['Every required claim is there', 'RFC 9068 section 2.2'],
  binding: ['What it is bound to can be checked (cnf)', 'RFC 7800 section 3.1'],
  sender: ['The sender has proven the binding', 'RFC 9449 section 7, RFC 8705 section 3'],
  requirement: ['It carries what the route requires', 'RFC 6750 section 3.1'],
}

/** What only some tokens go through. */
const LEFT_OUT: Readonly<Record<'signed' | 'asked' | 'opaque', readonly StageName[]>> = {
  signed: ['active'],
  // The answer of the issuer takes their place.
  asked: ['type', 'key', 'signature'],
  opaque: ['form', 'header', 'algorithm', 'payload', 'issuer'],
}

/** The stages that a token goes through, in the order of the verifier. */
export function stagesFor(introspects: boolean, { form }: SeenToken): readonly StageName[] {
  const left = [
    ...LEFT_OUT[introspects ? 'asked' : 'signed'],
    ...(introspects && form === 'opaque' ? LEFT_OUT.opaque : []),
  ]
  return (Object.keys(STAGES) as StageName[]).filter(stage => !left.includes(stage))
}

/** Where a token is refused with each code; the compiler keeps it complete. */
const STAGE_OF_CODE: Readonly<Record<DenialCode, StageName>> = {
  credentials_missing: 'request',
  scheme_unsupported: 'request',
  authorization_duplicated: 'request',
  authorization_malformed: 'request',
  token_too_large: 'form',
  token_malformed: 'form',
  token_json_invalid: 'form',
  header_not_accepted: 'header',
  algorithm_not_allowed: 'algorithm',
  issuer_not_trusted: 'issuer',
  issuer_unavailable: 'issuer',
  token_inactive: 'active',
  introspection_unavailable: 'active',
  type_not_accepted: 'type',
  audience_mismatch: 'audience',
  token_expired: 'expiry',
  key_unknown: 'key',
  key_ambiguous: 'key',
  keys_unavailable: 'key',
  signature_invalid: 'signature',
  signature_queue_full: 'signature',
  token_not_yet_valid: 'begun',
  token_issued_in_future: 'begun',
  claim_not_accepted: 'kind',
  claim_missing: 'claims',
  claim_invalid: 'claims',
  sender_constraint_unsupported: 'binding',
  sender_constraint_required: 'binding',
  bound_token_as_bearer: 'sender',
  dpop_token_unbound: 'sender',
  dpop_binding_mismatch: 'sender',
  dpop_proof_missing: 'sender',
  dpop_proof_duplicated: 'sender',
  dpop_proof_malformed: 'sender',
  dpop_proof_invalid: 'sender',
  dpop_proof_replayed: 'sender',
  dpop_nonce_required: 'sender',
  client_certificate_missing: 'sender',
  client_certificate_mismatch: 'sender',
  client_certificate_invalid: 'sender',
  replay_store_unavailable: 'sender',
  token_revoked: 'requirement',
  revocation_unavailable: 'requirement',
  insufficient_scope: 'requirement',
  insufficient_user_authentication: 'requirement',
}

/** Claims that are looked at on the way, before the others. */
const STAGE_OF_CLAIM: ReadonlyMap<string, StageName> = new Map<string, StageName>([
  ['iss', 'issuer'],
  ['aud', 'audience'],
  ['exp', 'expiry'],
  ['nbf', 'begun'],
  ['iat', 'begun'],
])

/** The stage that refused. */
export function failedStage(
  { code, detail, access }: Verdict,
  profile: TokenProfile,
  seen: SeenToken,
): StageName | undefined {
  if (code === undefined) return undefined
  // The token was accepted before: what the route requires refused it, whatever the code.
  if (access !== undefined) return 'requirement'
  if (code === 'token_json_invalid') return detail?.part === 'payload' ? 'payload' : 'form'
  const claim = String(detail?.claim)
  if (code === 'claim_invalid') return stageOfInvalid(claim, profile, seen)
  // A missing `iat` is one of the required claims; one of the wrong form is a time.
  if (code === 'claim_missing' && claim !== 'iat') return STAGE_OF_CLAIM.get(claim) ?? 'claims'
  return STAGE_OF_CODE[code]
}

function stageOfInvalid(
  claim: string,
  { audienceClaims, claimValues }: TokenProfile,
  { claims }: SeenToken,
): StageName {
  const isAudience = claim === 'client_id' && audienceClaims.includes(claim) && claims?.aud === undefined
  if (isAudience) return 'audience'
  // The value is one that the profile takes, so what was refused is that it contradicts `cnf` (RFC 9449 section 6.2).
  if (claimValues[claim]?.includes(claims?.[claim] as string) === true) return 'binding'
  return STAGE_OF_CLAIM.get(claim) ?? 'claims'
}
