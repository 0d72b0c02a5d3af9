import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Vocabulary } from '../options/vocabulary.ts'
import type { Requirement } from './expression.ts'

/** Alternatives multiply in `allOf` of `anyOf`s; past this many nobody could read the challenge either. */
const MAX_ALTERNATIVES = 1000

/** One way through a requirement: its scopes, and whether anything else has to hold besides. */
interface Alternative {
  readonly scopes: ReadonlySet<string>
  readonly hasRules: boolean
}

/**
 * The smallest set of the scopes named in a requirement that satisfies its scope part; of equally small ones the
 * narrower, else the first written. Scopes that another one of the set implies are left out; broader scopes that the route
 * does not name are never suggested. A way through that takes rules alone (`service`, `role`) is no help to a client that can only ask for scopes,
 * so one with scopes is preferred to it; where any token will do (`authenticated`), none are named.
 * @see RFC 6750 section 3 (`scope`)
 */
export function minimalScopes(requirement: Requirement, vocabulary: Vocabulary): readonly string[] {
  const order = [...vocabulary.descriptions.keys()]
  const alternatives = alternativesOf(requirement)
  if (alternatives.some(({ scopes, hasRules }) => scopes.size === 0 && !hasRules)) return []
  let smallest: readonly string[] | undefined
  for (const { scopes } of alternatives) {
    const reduced = withoutImplied(scopes, vocabulary)
    if (reduced.length > 0 && isBetter(reduced, smallest, vocabulary)) smallest = reduced
  }
  return order.filter(scope => smallest?.includes(scope))
}

/**
 * The scopes of every way through a requirement, as a client would ask for them: those that others of the same way imply are
 * left out. Empty where a way takes no scope. For documents and reports, not for decisions.
 */
export function scopeAlternatives(requirement: Requirement, vocabulary: Vocabulary): readonly (readonly string[])[] {
  const ways = alternativesOf(requirement).map(({ scopes }) => Object.freeze(withoutImplied(scopes, vocabulary)))
  const first = (way: readonly string[], index: number) =>
    ways.findIndex(other => other.length === way.length && other.every(scope => way.includes(scope))) === index
  return Object.freeze(ways.filter(first))
}

/** Fewer scopes; of as many, those that the others only imply. */
function isBetter(scopes: readonly string[], than: readonly string[] | undefined, { implied }: Vocabulary): boolean {
  if (than === undefined || scopes.length < than.length) return true
  if (scopes.length > than.length) return false
  const isCovered = (scope: string) => than.some(broader => broader === scope || implied.get(broader)?.includes(scope))
  return scopes.every(isCovered) && !scopes.every(scope => than.includes(scope))
}

function alternativesOf(requirement: Requirement): readonly Alternative[] {
  if (typeof requirement === 'string') return [{ scopes: new Set([requirement]), hasRules: false }]
  if (requirement.kind === 'anyOf') return limited(requirement.parts.flatMap(alternativesOf))
  if (requirement.kind !== 'allOf') return [{ scopes: new Set(), hasRules: requirement.kind !== 'authenticated' }]
  let combined: readonly Alternative[] = [{ scopes: new Set(), hasRules: false }]
  for (const part of requirement.parts) {
    const alternatives = alternativesOf(part)
    combined = limited(combined.flatMap(left => alternatives.map(right => both(left, right))))
  }
  return combined
}

function both(left: Alternative, right: Alternative): Alternative {
  return { scopes: new Set([...left.scopes, ...right.scopes]), hasRules: left.hasRules || right.hasRules }
}

function limited<T>(alternatives: readonly T[]): readonly T[] {
  if (alternatives.length <= MAX_ALTERNATIVES) return alternatives
  throw new ConfigurationError(
    'requirement_invalid',
    `A requirement has more than ${MAX_ALTERNATIVES} alternatives. Declare a scope that implies the others and require that.`,
  )
}

function withoutImplied(scopes: ReadonlySet<string>, { implied }: Vocabulary): readonly string[] {
  return [...scopes].filter(scope => ![...scopes].some(broader => implied.get(broader)?.includes(scope)))
}
