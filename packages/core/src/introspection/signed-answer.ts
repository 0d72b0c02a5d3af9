import { Rejection } from '../errors/rejection.ts'
import { FetchFailure } from '../issuer/fetch-document.ts'
import type { IssuerKeys } from '../issuer/verification-key.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../shared/json.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { decodeToken } from '../token/decode-token.ts'

/** Media type of signed answers, and as `typ` the only kind of JWT that counts as one. */
export const SIGNED_ANSWER = 'token-introspection+jwt'

/** An answer is made for one question; an older one was kept by somebody. */
const MAX_AGE_SECONDS = 60

/**
 * The introspection response inside a signed answer.
 * @throws FetchFailure where it is not what the issuer says to us about this question now
 * @throws Rejection `keys_unavailable`, `signature_queue_full` where its signature cannot be checked now
 * @see RFC 9701 section 5
 */
export async function readSignedAnswer(
  compact: string,
  rules: IssuerRules,
  keys: IssuerKeys,
  clientId: string,
): Promise<JsonObject> {
  const claims = await verified(compact, rules, keys)
  if (claims.iss !== rules.issuer) throw new FetchFailure('the signed answer is of another issuer')
  if (![claims.aud].flat().includes(clientId)) throw new FetchFailure('the signed answer is for another client')
  requireRecent(claims, rules)
  const response = claims.token_introspection
  if (response === undefined || !isJsonObject(response)) {
    throw new FetchFailure('the signed answer has no object token_introspection')
  }
  return response
}

async function verified(compact: string, { algorithms }: IssuerRules, keys: IssuerKeys): Promise<JsonObject> {
  try {
    const decoded = decodeToken({ token: compact }, algorithms)
    if (decoded.type !== SIGNED_ANSWER) throw new Rejection('type_not_accepted')
    const candidates = await keys.select(decoded)
    return (await verifySignature(decoded, candidates, keys)).claims
  } catch (error) {
    if (!(error instanceof Rejection) || isOfNow(error)) throw error
    throw new FetchFailure(`the signed answer was refused (${error.code})`)
  }
}

/** Says nothing of the answer, only that its signature cannot be checked at the moment. */
function isOfNow({ code }: Rejection): boolean {
  return code === 'keys_unavailable' || code === 'signature_queue_full'
}

/** Written so that a clock that yields NaN refuses. */
function requireRecent({ iat, nbf, exp }: JsonObject, { clock, clockToleranceSeconds }: IssuerRules): void {
  const now = clock() / 1000
  const latest = now + clockToleranceSeconds
  const isRecent = isNumber(iat) && iat <= latest && now <= iat + MAX_AGE_SECONDS + clockToleranceSeconds
  const hasBegun = nbf === undefined || (isNumber(nbf) && nbf <= latest)
  const lasts = exp === undefined || (isNumber(exp) && now < exp + clockToleranceSeconds)
  if (!isRecent || !hasBegun || !lasts) throw new FetchFailure('the signed answer is not from now')
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number'
}
