import { METHODS } from 'node:http'
import type { Application } from 'express'
import { isCovering } from './covering.ts'
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

/**
 * Every route that somebody can reach without passing a guard or a declaration that it is public, as `GET /v1/orders`.
 * Covered is a route whose first handler is a guard, or one that stands behind a guard which was put before it with
 * `router.use(guard(…))` for every path. Routers and apps that are mounted inside are looked into.
 */
export function uncoveredRoutes(app: Application, prefix = ''): readonly string[] {
  const stack = stackOf(app)
  return stack === undefined
    ? [`${prefix || '/'} (not an Express app that can be looked into)`]
    : inStack(stack, prefix)
}

function inStack(stack: readonly Layer[], prefix: string): readonly string[] {
  const found: string[] = []
  let covered = false
  let note = ''
  for (const layer of stack) {
    if (isCovering(layer.handle) && matchesEveryPath(layer)) covered = true
    else if (!covered) found.push(...inLayer(layer, prefix).map(name => name + note))
    else if (isErrorHandler(layer)) {
      // An error skips the guard, and the handler of the error may go on to what follows.
      covered = false
      note = ' (an error handler stands between the guard and it)'
    }
  }
  return found
}

function isErrorHandler({ handle }: Layer): boolean {
  return handle.length === 4
}

function inLayer(layer: Layer, prefix: string): readonly string[] {
  if (layer.route !== undefined) return inRoute(layer.route, prefix)
  if (layer.handle.stack !== undefined) return inStack(layer.handle.stack, prefix + mountPathOf(layer))
  const app = mountedAppOf(layer)
  if (app === undefined || app === 'empty') return []
  if (app === 'hidden') return [`${prefix}${mountPathOf(layer)} (a mounted app that cannot be looked into)`]
  return uncoveredRoutes(app, prefix + mountPathOfApp(layer, app))
}

function inRoute(route: Route, prefix: string): readonly string[] {
  const methods = Object.keys(route.methods).filter(method => route.methods[method])
  const path = prefix + pathText(route.path)
  const found = methods.flatMap(method => {
    const handlers = route.stack.filter(layer => layer.method === undefined || layer.method === method)
    const note = reasonOf(handlers)
    if (note === undefined) return []
    return { method: method === '_all' ? 'ALL' : method.toUpperCase(), rest: path + note }
  })
  // `app.all` makes a handler for each method there is.
  if (found.length >= METHODS.length) return [...new Set(found.map(({ rest }) => `ALL ${rest}`))]
  return found.map(({ method, rest }) => `${method} ${rest}`)
}

/** Why a route is not covered, as a note for the list; `undefined` where it is. */
function reasonOf(handlers: readonly Layer[]): string | undefined {
  if (!handlers.some(layer => isCovering(layer.handle))) {
    return handlers.some(isUncalledGuard) ? " (its guard is not called: write guard('<scope>'))" : ''
  }
  if (handlers[0] !== undefined && !isCovering(handlers[0].handle)) return ' (its guard is not the first handler)'
  const leadsOn = handlers.slice(0, -1).some(isErrorHandler)
  return leadsOn ? ' (an error handler stands between the guard and the last handler)' : undefined
}

/** `guard` itself, where `guard('<scope>')` was meant. */
function isUncalledGuard({ handle }: Layer): boolean {
  return typeof (handle as { optional?: unknown }).optional === 'function' && 'public' in handle
}
