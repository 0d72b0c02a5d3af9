import type { Application, Request } from 'express'
import { deriveMountPath } from './coverage/derive-mount-path.ts'
import { type Layer, pathText, type Route, takenBy, UNKNOWN } from './coverage/express-internals.ts'
import { foundRoutes } from './coverage/found-routes.ts'

/** Where a route was found in its app. */
interface KnownRoute {
  /** The layers that lead there: several where its router is mounted in several places. */
  readonly ways: readonly (readonly Layer[])[]
  /** What was asked for last. Without parameters in the mount path it is always the same. */
  baseUrl: string | undefined
  pattern: string
}

const known = new WeakMap<object, KnownRoute>()

/**
 * The pattern of the route that was found for a request: `/tenants/:tenant/orders/:id`, as the list of routes has it. Express
 * gives the mount path only with the values of this request (`baseUrl`), which must not get into events. Where the pattern
 * cannot be told `…` stands in its place. `undefined` before any route.
 */
export function routePatternOf({ app, route, baseUrl }: Request): string | undefined {
  const path: unknown = route?.path
  if (path === undefined) return undefined
  if (baseUrl === '') return pathText(path)
  const place = known.get(route)
  return place?.baseUrl === baseUrl ? place.pattern : patternUnder(app, route, baseUrl)
}

function patternUnder(app: Application, route: Route, baseUrl: string): string {
  try {
    const pattern = patternIn(route, baseUrl)
    if (pattern !== undefined) return pattern
    if (survey(outermost(app))) return patternIn(route, baseUrl) ?? UNKNOWN + pathText(route.path)
  } catch {
    // What Express keeps is looked at here, and no change of it may refuse a request.
  }
  return UNKNOWN + pathText(route.path)
}

/** Of several ways, Express goes the first that fits. */
function patternIn(route: Route, baseUrl: string): string | undefined {
  const place = known.get(route)
  for (const way of place?.ways ?? []) {
    const mountPath = mountPathOn(way, baseUrl)
    if (place === undefined || mountPath === undefined) continue
    place.baseUrl = baseUrl
    place.pattern = mountPath + pathText(route.path)
    return place.pattern
  }
  return undefined
}

/** `undefined` where these layers do not take exactly this. */
function mountPathOn(way: readonly Layer[], baseUrl: string): string | undefined {
  let rest = baseUrl
  let pattern = ''
  for (const layer of way) {
    const taken = takenBy(layer, rest)
    if (taken === undefined) return undefined
    pattern += taken.written ?? deriveMountPath(taken.matcher, taken.found)
    rest = rest.slice(taken.path.length)
  }
  return rest === '' ? pattern : undefined
}

/** How often an app may be looked through, at once and later. */
interface Credit {
  left: number
  at: number
}

const credits = new WeakMap<Application, Credit>()

const SURVEYS_AT_ONCE = 20
const MILLISECONDS_PER_SURVEY = 60_000

/**
 * Looks through the app for its routes; there may be more than the last time. Seldom, however often a route is asked for that
 * is not to be found: a router that a function hides, or makes for each request. @returns whether it did
 */
function survey(app: Application): boolean {
  if (!isAffordable(app)) return false
  // One place has a row for each method.
  const places = new Set(foundRoutes(app).flatMap(({ at }) => at ?? []))
  const ways = new Map<Route, (readonly Layer[])[]>()
  for (const { route, mounts } of places) ways.set(route, [...(ways.get(route) ?? []), mounts])
  for (const [route, found] of ways) known.set(route, { ways: found, baseUrl: undefined, pattern: '' })
  return true
}

function isAffordable(app: Application): boolean {
  const now = performance.now()
  const credit = credits.get(app) ?? { left: SURVEYS_AT_ONCE, at: now }
  credit.left = Math.min(SURVEYS_AT_ONCE, credit.left + (now - credit.at) / MILLISECONDS_PER_SURVEY)
  credit.at = now
  credits.set(app, credit)
  if (credit.left < 1) return false
  credit.left--
  return true
}

function outermost(app: Application): Application {
  const { parent } = app as { readonly parent?: Application }
  return parent === undefined ? app : outermost(parent)
}
