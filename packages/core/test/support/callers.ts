import { type Access, createAccess } from '../../src/access/access.ts'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { readBinding } from '../../src/sender/sender-binding.ts'
import { type Members, NOW } from './tokens.ts'
import { stageOptions, verifiedToken } from './verified.ts'

/** The access of a caller whose token carries these scopes, made by the real stages. */
export function accessWith(
  scopes: readonly string[],
  claims: Members = {},
  options: Parameters<typeof stageOptions>[0] = {},
): Access {
  const rules = stageOptions(options)
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  const accepted = acceptClaims(verifiedToken({ scope, ...claims }), rules, NOW * 1000)
  return createAccess(readBinding(accepted, rules), rules)
}

export const AS_USER: Members = { sub: 'alice' }
