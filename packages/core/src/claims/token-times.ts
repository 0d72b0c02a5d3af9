import { Rejection } from '../errors/rejection.ts'
import type { JsonValue } from '../shared/json.ts'

/** NumericDates: seconds since the epoch, possibly with a fraction. */
export interface TokenTimes {
  readonly expiresAt: number
  readonly issuedAt: number | undefined
  readonly notBefore: number | undefined
}

/** 9999-12-31T23:59:59Z. Beyond it `exp` would mean "never", and dates overflow. */
const MAX_NUMERIC_DATE = 253_402_300_799

/** @throws Rejection `claim_missing`, `claim_invalid` @see RFC 7519 section 2 */
export function requireNumericDate(value: JsonValue | undefined, claim: 'exp' | 'iat' | 'nbf'): number {
  if (value === undefined) throw new Rejection('claim_missing', { claim })
  if (typeof value === 'number' && value >= 0 && value <= MAX_NUMERIC_DATE) return value
  throw new Rejection('claim_invalid', { claim })
}

/**
 * Whether the current time has reached `exp`. Written, as `requireBegun`, so that a clock that yields NaN refuses.
 * @param now milliseconds since the epoch
 * @see RFC 7519 section 4.1.4
 */
export function isExpired(expiresAt: number, toleranceSeconds: number, now: number): boolean {
  return !(now / 1000 < expiresAt + toleranceSeconds)
}

/** @throws Rejection `token_expired` */
export function requireNotExpired(expiresAt: number, toleranceSeconds: number, now: number): void {
  if (isExpired(expiresAt, toleranceSeconds, now)) throw new Rejection('token_expired')
}

/**
 * The current time must not lie before `nbf` or `iat`. A token from the future means clocks that differ, or a forger who
 * prepares.
 * @throws Rejection `token_not_yet_valid`, `token_issued_in_future`
 * @see RFC 7519 sections 4.1.5 and 4.1.6
 */
export function requireBegun({ issuedAt, notBefore }: TokenTimes, toleranceSeconds: number, now: number): void {
  const latest = now / 1000 + toleranceSeconds
  if (notBefore !== undefined && !(notBefore <= latest)) throw new Rejection('token_not_yet_valid')
  if (issuedAt !== undefined && !(issuedAt <= latest)) throw new Rejection('token_issued_in_future')
}
