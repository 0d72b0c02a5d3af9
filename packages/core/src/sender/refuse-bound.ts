import type { AcceptedClaims } from '../claims/accept-claims.ts'
import { Rejection } from '../errors/rejection.ts'

declare const bound: unique symbol

/** Accepted claims that the sender was entitled to present. */
export interface BoundClaims extends AcceptedClaims {
  readonly [bound]: true
}

/**
 * A token with a `cnf` claim is worthless without the key or certificate that it names. Nothing here can check either, so
 * it is refused and never taken as a bearer token.
 * @throws Rejection `sender_constraint_unsupported`
 * @see RFC 9449 section 7.2, RFC 8705 section 3, RFC 7800 section 3.1
 */
export function refuseBound(claims: AcceptedClaims): BoundClaims {
  if (Object.hasOwn(claims.all, 'cnf')) throw new Rejection('sender_constraint_unsupported')
  return claims as BoundClaims
}
