import { Rejection } from '../errors/rejection.ts'
import type { ImportedKey, IssuerKeys, VerificationKey } from '../issuer/verification-key.ts'
import type { JsonObject } from '../shared/json.ts'
import { andThen, isPending, type MaybePromise } from '../shared/maybe-promise.ts'
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
 * @throws Rejection `signature_invalid`, `signature_queue_full`; `token_json_invalid` where genuine bytes are not a JSON object
 */
export function verifySignature(
  token: DecodedToken,
  candidates: readonly VerificationKey[],
  keys: IssuerKeys,
): MaybePromise<VerifiedToken> {
  const key = keyThatVerifies(token, candidates)
  if (key !== undefined && !isPending(key)) return verifiedBy(key, token)
  return andThen(key, found => {
    if (found !== undefined) return verifiedBy(found, token)
    const replacement = andThen(keys.selectReplacements(token, candidates), keys => keyThatVerifies(token, keys))
    return andThen(replacement, replaced => verifiedBy(replaced, token))
  })
}

function verifiedBy(key: VerificationKey | undefined, token: DecodedToken): VerifiedToken {
  if (key === undefined) throw new Rejection('signature_invalid')
  const claims = UnverifiedPayload.release(token.payload)
  if (claims === undefined) throw new Rejection('token_json_invalid', { part: 'payload' })
  return { kind: 'signed', claims, key, type: token.type } as VerifiedToken
}

/**
 * The claims of a token that brought its own key along, if its signature holds under that key. Says nothing about whose key
 * it is. `undefined` where it does not hold, or the payload is not a JSON object.
 */
export function claimsSignedBy(key: ImportedKey, token: DecodedToken): MaybePromise<JsonObject | undefined> {
  const claimsIf = (holds: boolean) => (holds ? UnverifiedPayload.release(token.payload) : undefined)
  return andThen(key.verify(token), claimsIf)
}

function keyThatVerifies(
  token: DecodedToken,
  candidates: readonly VerificationKey[],
  from = 0,
): MaybePromise<VerificationKey | undefined> {
  const key = candidates[from]
  if (key === undefined) return undefined
  const holds = key.imported.verify(token)
  if (holds === true) return key
  return andThen(holds, isValid => (isValid ? key : keyThatVerifies(token, candidates, from + 1)))
}
