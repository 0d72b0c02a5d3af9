import { METHODS } from 'node:http'
import type { Application } from 'express'
import { type Covering, coveringOf, isCovering } from './covering.ts'
import {
  type Layer,
  matchesEveryPath,
  mountedAppOf,
  mountPathOf,
  mountPathOfApp,
  pathText,
  type Route,
  stackOf,
} from './express-internals.ts'
import type { MountPathReader } from './mount-paths.ts'

/** One method of one route, or a part of the app that hides its routes. */
export interface FoundRoute {
  /** In capitals, `ALL` for every method; `undefined` for a part that cannot be looked into. */
  readonly method: string | undefined
  /** As a list shows it: several paths of one route are joined by commas. */
  readonly path: string
  /** The same, apart. */
  readonly paths: readonly RoutePath[]
  /** Every guard that a request has passed before the last handler runs, in order; empty where the route is uncovered. */
  readonly covering: readonly Covering[]
  /** Why it is uncovered although it looks guarded; empty without a reason. */
  readonly note: string
  /** Where it stands; `undefined` for a part that cannot be looked into. */
  readonly at: RoutePlace | undefined
}

/** One object for all methods of a route, and one for each place where the same router is mounted. */
export interface RoutePlace {
  readonly route: Route
  /** The layers that led there, from the outermost. */
  readonly mounts: readonly Layer[]
}

export interface RoutePath {
  readonly text: string
  /** Or under several mount paths at once, which are not taken apart. */
  readonly isExpression: boolean
}

/**
 * All routes, in the order in which they are asked, with what covers them. Covered is a route whose first handler is a
 * guard, or one that stands behind a guard which was put before it with `router.use(guard(…))` for every path. Routers and
 * apps that are mounted inside are looked into.
 */
export function foundRoutes(app: Application, place: Place = TOP): readonly FoundRoute[] {
  const stack = stackOf(app)
  if (stack !== undefined) return inStack(stack, place)
  return [hidden(place.prefix || '/', 'not an Express app that can be looked into', place)]
}

/** What stands before a part of the app. */
export interface Place {
  readonly prefix: string
  /** The guards on the way there. */
  readonly outer: readonly Covering[]
  readonly mounts: readonly Layer[]
  /** For mount paths that Express did not keep where they can be read. */
  readonly findOut: MountPathReader
}

export const TOP: Place = { prefix: '', outer: [], mounts: [], findOut: () => undefined }

function hidden(path: string, note: string, { outer }: Place): FoundRoute {
  const paths = [{ text: path, isExpression: false }]
  return { method: undefined, path, paths, covering: outer, note, at: undefined }
}

function inStack(stack: readonly Layer[], place: Place): readonly FoundRoute[] {
  const found: FoundRoute[] = []
  let own: readonly Covering[] = []
  let note = ''
  for (const layer of stack) {
    const covering = matchesEveryPath(layer) ? coveringOf(layer.handle) : undefined
    if (covering !== undefined) own = [...own, covering]
    else if (own.length > 0 && isErrorHandler(layer)) {
      // An error skips the guard, and the handler of the error may go on to what follows.
      own = []
      note = 'an error handler stands between the guard and it'
    } else found.push(...inLayer(layer, { ...place, outer: [...place.outer, ...own] }).map(route => noted(route, note)))
  }
  return found
}

function noted(route: FoundRoute, note: string): FoundRoute {
  if (note === '' || route.covering.length > 0) return route
  return { ...route, note: route.note === '' ? note : `${route.note}; ${note}` }
}

function isErrorHandler({ handle }: Layer): boolean {
  return handle.length === 4
}

function inLayer(layer: Layer, place: Place): readonly FoundRoute[] {
  const { prefix, findOut } = place
  if (layer.route !== undefined) return inRoute(layer.route, place)
  const { stack } = layer.handle
  const inside = (path: string): Place => ({ ...place, prefix: prefix + path, mounts: [...place.mounts, layer] })
  if (stack !== undefined) return inStack(stack, inside(mountPathOf(layer, findOut)))
  const app = mountedAppOf(layer)
  if (app === undefined || app === 'empty') return []
  if (app !== 'hidden') return foundRoutes(app, inside(mountPathOfApp(layer, app, findOut)))
  return [hidden(prefix + mountPathOf(layer, findOut), 'a mounted app that cannot be looked into', place)]
}

function inRoute(route: Route, { prefix, outer, mounts }: Place): readonly FoundRoute[] {
  const at = { route, mounts }
  const methods = Object.keys(route.methods).filter(method => route.methods[method])
  const path = prefix + pathText(route.path)
  const paths = [route.path]
    .flat()
    .map(one => ({ text: prefix + String(one), isExpression: one instanceof RegExp || prefix.includes(',') }))
  const found = methods.map((method): FoundRoute => {
    const handlers = route.stack.filter(layer => layer.method === undefined || layer.method === method)
    const { covering, note } = coverOf(handlers, outer)
    return { method: method === '_all' ? 'ALL' : method.toUpperCase(), path, paths, covering, note, at }
  })
  return found.length < METHODS.length ? found : foldMethods(found)
}

/** `app.all` makes a handler for each method there is. */
function foldMethods(found: readonly FoundRoute[]): readonly FoundRoute[] {
  const [first] = found
  const isLike = ({ note, covering }: FoundRoute) =>
    note === first?.note &&
    covering.length === first.covering.length &&
    covering.every((c, i) => c === first.covering[i])
  return first !== undefined && found.every(isLike) ? [{ ...first, method: 'ALL' }] : found
}

function coverOf(handlers: readonly Layer[], outer: readonly Covering[]): Pick<FoundRoute, 'covering' | 'note'> {
  const note = reasonOf(handlers)
  if (note !== undefined && outer.length === 0) return { covering: [], note }
  // Behind an error handler nobody knows whether the guard of the route was passed.
  const own = note === LEADS_ON ? [] : handlers.flatMap(({ handle }) => coveringOf(handle) ?? [])
  return { covering: [...outer, ...own], note: '' }
}

const LEADS_ON = 'an error handler stands between the guard and the last handler'

/** Why the handlers of a route alone do not cover it; empty where there is nothing to say, `undefined` where they do. */
function reasonOf(handlers: readonly Layer[]): string | undefined {
  if (!handlers.some(layer => isCovering(layer.handle))) {
    return handlers.some(isUncalledGuard) ? "its guard is not called: write guard('<scope>')" : ''
  }
  if (handlers[0] !== undefined && !isCovering(handlers[0].handle)) return 'its guard is not the first handler'
  return handlers.slice(0, -1).some(isErrorHandler) ? LEADS_ON : undefined
}

/** `guard` itself, where `guard('<scope>')` was meant. */
function isUncalledGuard({ handle }: Layer): boolean {
  return typeof (handle as { optional?: unknown }).optional === 'function' && 'public' in handle
}
