import type { Requirement } from './expression.ts'

/** Whether every way through takes a proof. */
export function demandsDpop(requirement: Requirement): boolean {
  if (typeof requirement === 'string') return false
  if (requirement.kind === 'allOf') return requirement.parts.some(demandsDpop)
  if (requirement.kind === 'anyOf') return requirement.parts.every(demandsDpop)
  return requirement.kind === 'dpop'
}

/** Whether some way through takes a token that is bound to its sender. */
export function asksForSender(requirement: Requirement): boolean {
  if (typeof requirement === 'string') return false
  if (requirement.kind === 'allOf' || requirement.kind === 'anyOf') return requirement.parts.some(asksForSender)
  return requirement.kind === 'dpop' || requirement.kind === 'mutualTls'
}
