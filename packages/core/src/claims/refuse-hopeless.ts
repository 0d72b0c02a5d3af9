import { Rejection } from '../errors/rejection.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import { requireAudience, requireType } from './token-target.ts'
import { requireNotExpired, requireNumericDate } from './token-times.ts'

/**
 * Refuses, before any key is looked up, a token that no signature could save: an algorithm that this issuer does not use,
 * wrong type or audience, or expired. Believes nothing: a token that passes has only not been refused yet. It keeps forged
 * and misdirected tokens from causing fetches and signature checks.
 * @throws Rejection `algorithm_not_allowed`, otherwise as `acceptClaims`
 */
export function refuseHopeless(token: DecodedToken, rules: IssuerRules, now: number): void {
  const { algorithm, type, payload } = token
  if (!rules.algorithms.has(algorithm.name)) throw new Rejection('algorithm_not_allowed')
  requireType(type, rules.profile)
  requireAudience(claim => payload.peek(claim), rules.profile, rules.audiences)
  requireNotExpired(requireNumericDate(payload.peek('exp'), 'exp'), rules.clockToleranceSeconds, now)
}
