import type { Requirement } from '../access/expression.ts'

/** What one route requires, for lists and documents. Decides nothing. */
export interface RouteDescription {
  /** In capitals; `ALL` for a route that answers every method. */
  readonly method: string
  /** As the framework writes it, with the prefixes that it is mounted under. */
  readonly path: string
  /** `uncovered`: neither guarded nor declared public. */
  readonly kind: 'guarded' | 'optional' | 'public' | 'uncovered'
  /** Canonical text, for people; `undefined` where nothing is required. */
  readonly requirement: string | undefined
  /** See `Guard.alternatives`; empty where nothing is required. */
  readonly alternatives: readonly (readonly string[])[]
  /** Every way through takes a proof of possession (RFC 9449). */
  readonly dpop: boolean
  /** Why the route is not covered although it looks so, for people. */
  readonly note?: string
  /** The path is a regular expression, which OpenAPI has no way to write. */
  readonly isExpression?: true
}

/** What a guard requires, for `RouteDescription`. */
export type RequirementDescription = Pick<RouteDescription, 'requirement' | 'alternatives' | 'dpop'>

/** Of a route that nobody guards, or that is open to everybody. */
export const NOTHING_REQUIRED: RequirementDescription = Object.freeze({
  requirement: undefined,
  alternatives: Object.freeze([]),
  dpop: false,
})

/** A `Guard` has the text and the scopes; whether it takes a proof stands in the expression it was made of. */
export function describeRequirement(
  guard: { readonly requirement: string; readonly alternatives: readonly (readonly string[])[] },
  requirement: Requirement,
): RequirementDescription {
  return { requirement: guard.requirement, alternatives: guard.alternatives, dpop: takesProof(requirement) }
}

function takesProof(requirement: Requirement): boolean {
  if (typeof requirement === 'string') return false
  if (requirement.kind === 'allOf') return requirement.parts.some(takesProof)
  if (requirement.kind === 'anyOf') return requirement.parts.every(takesProof)
  return requirement.kind === 'dpop'
}

/** A framework answers HEAD where it answers GET; a row of its own would say the same twice. */
export function withoutMirroredHeads(routes: readonly RouteDescription[]): readonly RouteDescription[] {
  const key = (method: string, { path, kind, requirement }: RouteDescription) =>
    JSON.stringify([method, path, kind, requirement])
  const known = new Set(routes.map(route => key(route.method, route)))
  return routes.filter(route => route.method !== 'HEAD' || !known.has(key('GET', route)))
}
