import { type Access, createAccess } from '../../src/access/access.ts'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { refuseBound } from '../../src/sender/refuse-bound.ts'
import { type Members, NOW } from './tokens.ts'
import { stageOptions, verifiedToken } from './verified.ts'

/** The access of a caller whose token carries these scopes, made by the real stages. */
export function accessWith(scopes: readonly string[], claims: Members = {}): Access {
  const options = stageOptions()
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  return createAccess(refuseBound(acceptClaims(verifiedToken({ scope, ...claims }), options, NOW * 1000)), options)
}

export const AS_USER: Members = { sub: 'alice' }
