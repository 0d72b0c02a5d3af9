import { Rejection } from '../errors/rejection.ts'
import type { IssuerKeys, VerificationKey } from '../issuer/verification-key.ts'
import type { JsonObject } from '../shared/json.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import { UnverifiedPayload } from '../token/unverified-claims.ts'

declare const verified: unique symbol

/** A token whose signature held. Only this file can make one, so whoever has one may read its claims. */
export interface VerifiedToken {
  readonly kind: 'signed'
  readonly [verified]: true
  readonly claims: JsonObject
  readonly key: VerificationKey
  /** See `DecodedToken.type`; part of the signed header. */
  readonly type: string | undefined
}

/**
 * Checks the signature under the keys that the token may be signed with, and under their replacements where the issuer has
 * put new key material under the same `kid`.
 * @throws Rejection `signature_invalid`; `token_json_invalid` where genuine bytes are not a JSON object
 */
export async function verifySignature(
  token: DecodedToken,
  candidates: readonly VerificationKey[],
  keys: IssuerKeys,
): Promise<VerifiedToken> {
  const key =
    (await keyThatVerifies(token, candidates)) ??
    (await keyThatVerifies(token, await keys.selectReplacements(token, candidates)))
  if (key === undefined) throw new Rejection('signature_invalid')
  const claims = UnverifiedPayload.release(token.payload)
  if (claims === undefined) throw new Rejection('token_json_invalid', { part: 'payload' })
  return { kind: 'signed', claims, key, type: token.type } as VerifiedToken
}

async function keyThatVerifies(
  token: DecodedToken,
  candidates: readonly VerificationKey[],
): Promise<VerificationKey | undefined> {
  for (const key of candidates) if (await key.imported.verify(token)) return key
  return undefined
}
