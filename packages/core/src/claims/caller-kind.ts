import type { ClaimCondition, TokenProfile } from '../profiles/token-profile.ts'
import type { JsonObject } from '../shared/json.ts'
import { own } from './own-claim.ts'

/**
 * For whom a client acts: itself (`service`) or somebody (`user`). `unknown` where the token does not say: then it meets
 * neither requirement.
 */
export type CallerKind = 'service' | 'user' | 'unknown'

/** By the rules of the profile. Never by `sub` alone (RFC 9700 section 4.15). */
export function kindOf(claims: JsonObject, clientId: string, { kinds }: TokenProfile): CallerKind {
  const rule = kinds.find(({ when }) => when.every(condition => holds(condition, claims, clientId)))
  return rule?.kind ?? 'unknown'
}

function holds(condition: ClaimCondition, claims: JsonObject, clientId: string): boolean {
  const value = own(claims, condition.claim)
  if ('present' in condition) return (value !== undefined && value !== null) === condition.present
  if (typeof value !== 'string') return false
  if ('equals' in condition) return value === condition.equals
  if ('endsWith' in condition) return value.endsWith(condition.endsWith)
  if ('equalsClaim' in condition) return value !== '' && value === own(claims, condition.equalsClaim)
  const { prefix = '', suffix = '', isClientId } = condition
  // Where tokens do not name the client, nothing is its identifier and nothing is somebody else's.
  return clientId !== '' && (value === prefix + clientId + suffix) === isClientId
}
