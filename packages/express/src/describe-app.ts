import {
  type AppDescription,
  ConfigurationError,
  NOTHING_REQUIRED,
  type RequirementDescription,
  type RouteDescription,
  withoutMirroredHeads,
} from '@scopeward/core'
import type { Application } from 'express'
import type { Covering } from './coverage/covering.ts'
import { type FoundRoute, foundRoutes, TOP } from './coverage/found-routes.ts'
import { withMountPaths } from './coverage/mount-paths.ts'

/**
 * Every route of the app with what it requires, in the order in which Express asks them, through routers and mounted apps; no handler runs. A guard under a path
 * prefix does not count, as in `guard.ready`.
 * @throws ConfigurationError `option_missing` where it is no app
 */
export function describeApp(app: Application): AppDescription {
  if (typeof app !== 'function') throw new ConfigurationError('option_missing', 'Pass the Express app.')
  const found = withMountPaths(findOut => foundRoutes(app, { ...TOP, findOut }))
  const servers = new Set(found.flatMap(({ covering }) => covering.map(({ describeServer }) => describeServer)))
  return {
    routes: withoutMirroredHeads(found.flatMap(describe)),
    servers: [...servers].map(describeServer => describeServer()),
  }
}

function describe({ method = 'ALL', paths, covering, note }: FoundRoute): readonly RouteDescription[] {
  const required = requiredBy(covering)
  return paths.map(({ text, isExpression }) => ({
    method,
    path: text,
    kind: kindOf(covering),
    ...required,
    ...(note !== '' && { note }),
    ...(isExpression && { isExpression }),
  }))
}

function kindOf(covering: readonly Covering[]): RouteDescription['kind'] {
  if (covering.length === 0) return 'uncovered'
  const kinds = new Set(covering.map(({ kind }) => kind))
  return (['guarded', 'optional'] as const).find(kind => kinds.has(kind)) ?? 'public'
}

/** Whoever comes by several guards has to satisfy all of them. */
function requiredBy(covering: readonly Covering[]): RequirementDescription {
  const [first, ...others] = covering.filter(({ requirement }) => requirement !== undefined)
  if (first === undefined) return NOTHING_REQUIRED
  const { requirement, alternatives, dpop } = first
  return others.reduce<RequirementDescription>(both, { requirement, alternatives, dpop })
}

function both(left: RequirementDescription, right: RequirementDescription): RequirementDescription {
  if (left.requirement === right.requirement) return left
  const ways = left.alternatives.flatMap(one => right.alternatives.map(other => [...new Set([...one, ...other])]))
  const unique = new Map(ways.map(scopes => [JSON.stringify([...scopes].sort()), scopes]))
  return {
    requirement: [left, right].map(({ requirement = '' }) => bracketed(requirement)).join(' and '),
    alternatives: [...unique.values()],
    dpop: left.dpop || right.dpop,
  }
}

/** A disjunction has to keep together; scopes hold no blanks. */
function bracketed(requirement: string): string {
  return requirement.includes(' or ') ? `(${requirement})` : requirement
}
