import type { Requirement } from './expression.ts'
import { detailText } from './required-detail.ts'
import { stepUpText } from './step-up.ts'

/** Canonical text of a requirement, for people. */
export function textOf(requirement: Requirement, nested = false): string {
  if (typeof requirement === 'string') return requirement
  switch (requirement.kind) {
    case 'satisfies':
    case 'role':
    case 'permission':
      return `${requirement.kind}(${requirement.name})`
    case 'stepUp':
      return stepUpText(requirement.stepUp)
    case 'authorizationDetail':
      return detailText(requirement.detail)
    case 'allOf':
    case 'anyOf':
      return joined(requirement.kind === 'allOf' ? ' and ' : ' or ', requirement.parts, nested)
    default:
      return requirement.kind
  }
}

function joined(word: string, parts: readonly Requirement[], nested: boolean): string {
  if (parts.length === 1) return textOf(parts[0] as Requirement, nested)
  const text = parts.map(part => textOf(part, true)).join(word)
  return nested ? `(${text})` : text
}
