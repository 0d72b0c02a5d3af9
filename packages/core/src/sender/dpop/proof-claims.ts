import { hash } from 'node:crypto'
import { own } from '../../claims/own-claim.ts'
import { Rejection } from '../../errors/rejection.ts'
import type { SeenProof } from '../../options/replay-store.ts'
import type { ResourceRequest } from '../../request/resource-request.ts'
import type { JsonObject, JsonValue } from '../../shared/json.ts'
import { authorityEnd, hasBrokenEscape, pathOf, regularOriginOf, withoutQuery } from '../../shared/uri.ts'
import type { Nonces } from './nonces.ts'
import { invalidProof } from './read-proof.ts'
import { type OriginRules, type TargetUri, targetUriOf } from './target-uri.ts'

export interface ProofRules extends OriginRules {
  readonly clock: () => number
  readonly clockToleranceSeconds: number
  /** How old a proof may be, clock tolerance included. */
  readonly maxAgeMilliseconds: number
  /** `undefined`: none are asked for. */
  readonly nonces: Nonces | undefined
}

/** From when to when a proof is good. */
export type ProofLife = Pick<SeenProof, 'issuedAt' | 'expiresAt'>

/**
 * How far ahead the clock of a client may be: FAPI 2.0 section 5.3.2.1 has servers accept 10 seconds. Fixed, because replay
 * stores reckon with it when they have lost their memory.
 */
const MAX_AHEAD_MILLISECONDS = 10_000

/**
 * Whether a proof whose signature held was made for this very request, just now. Ids as in RFC 9449 section 4.3.
 * @throws Rejection `dpop_proof_invalid`, `dpop_nonce_required`
 */
export function acceptProofClaims(
  claims: JsonObject,
  request: ResourceRequest,
  token: string,
  rules: ProofRules,
): ProofLife {
  requireText(claims, 'jti')
  const method = requireText(claims, 'htm')
  if (method !== request.method) throw invalidProof('DP8', 'htm is not the method of the request')
  requireTarget(requireText(claims, 'htu'), targetUriOf(request, rules))
  const accessTokenHash = requireText(claims, 'ath')
  if (accessTokenHash !== hash('sha256', token, 'base64url')) throw invalidProof('DP12', 'ath is not of this token')
  return acceptTimes(claims, rules)
}

/**
 * A nonce says when the proof was made, so `iat` may be long ago then: some clients have no good clock. It may not lie in
 * the future all the same, or nobody could tell which proofs are newer than a replay store that lost its memory.
 */
function acceptTimes(claims: JsonObject, rules: ProofRules): ProofLife {
  const { clock, clockToleranceSeconds, maxAgeMilliseconds, nonces } = rules
  const issuedAt = millisecondsOf(claims, 'iat')
  if (issuedAt === undefined) throw invalidProof('DP3', 'iat is missing or no number')
  const now = clock()
  const tolerance = clockToleranceSeconds * 1000
  requireValidNow(claims, now, tolerance)
  // Written so that a clock that yields NaN refuses.
  if (!(issuedAt <= now + MAX_AHEAD_MILLISECONDS)) throw invalidProof('DP11', 'iat lies in the future')
  if (nonces !== undefined) {
    const life = nonces.lifeOf(own(claims, 'nonce'))
    if (life === undefined) throw new Rejection('dpop_nonce_required')
    return { issuedAt: Math.max(issuedAt, life.from), expiresAt: life.until }
  }
  if (!(now < issuedAt + maxAgeMilliseconds)) throw invalidProof('DP11', 'iat is too long ago')
  return { issuedAt, expiresAt: issuedAt + maxAgeMilliseconds }
}

/** No proof needs `exp` or `nbf`; one that has them means them (RFC 7519 sections 4.1.4 and 4.1.5). */
function requireValidNow(claims: JsonObject, now: number, tolerance: number): void {
  for (const claim of ['exp', 'nbf']) {
    if (!Object.hasOwn(claims, claim)) continue
    const time = millisecondsOf(claims, claim)
    const holds =
      time !== undefined && (claim === 'exp' ? now < time + tolerance : time <= now + MAX_AHEAD_MILLISECONDS)
    if (!holds) throw invalidProof('DP11', `${claim} does not hold now`)
  }
}

/**
 * Query and fragment do not count (RFC 9449 section 4.2); everything else is compared in normal form. A path may have any
 * character that the request had: clients send `|` and `^` as they are.
 */
function requireTarget(htu: string, target: TargetUri): void {
  const pathStart = authorityEnd(htu)
  const path = htu.slice(pathStart)
  const isOrigin = regularOriginOf(htu.slice(0, pathStart)) === target.origin
  const isTarget = isOrigin && !hasBrokenEscape(withoutQuery(path)) && pathOf(path) === target.path
  if (!isTarget) throw invalidProof('DP9', 'htu is not the URI of the request')
}

function requireText(claims: JsonObject, claim: string): string {
  const value = own(claims, claim)
  if (typeof value === 'string' && value !== '') return value
  throw invalidProof('DP3', `${claim} is missing or no text`)
}

function millisecondsOf(claims: JsonObject, claim: string): number | undefined {
  const value: JsonValue | undefined = own(claims, claim)
  return typeof value === 'number' && Number.isFinite(value * 1000) ? value * 1000 : undefined
}
