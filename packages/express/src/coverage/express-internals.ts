import type { Application } from 'express'
import type { MountPathReader } from './mount-paths.ts'

/** What Express 4 and 5 keep of their routes, as far as it is read here. Not public API, so every access is in this file. */
export interface Layer {
  readonly handle: Handle
  /** Name that the handler had when it was put in. Wrappers of tracing tools lose it, the layer does not. */
  readonly name: string
  readonly route?: Route | undefined
  /** Set on the layers of a route; absent on those that serve every method. */
  readonly method?: string | undefined
  /** Express 5 with router 2.3 or later: the path as it was written. */
  readonly rawPath?: unknown
  /** Express 5: what decides whether the layer is asked, one for each of its paths. */
  readonly matchers?: readonly PathMatcher[]
  /** Express 5: the layer matches every path. */
  readonly slash?: boolean
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean }
  readonly keys?: readonly { readonly name: string | number }[]
}

/** `false` where the path does not match. The parameters of a path have no prototype, those of a `RegExp` have one. */
export type PathMatcher = (path: string) => false | MatchedPath

export interface MatchedPath {
  /** The beginning that it takes. */
  readonly path: string
  readonly params: object
}

export interface Handle {
  readonly length: number
  readonly stack?: readonly Layer[]
}

export interface Route {
  readonly path: unknown
  readonly stack: readonly Layer[]
  readonly methods: Readonly<Record<string, boolean>>
}

/** The layers of an app; `undefined` where it is no Express app. Express 4 throws on `app.router`, so `_router` comes first. */
export function stackOf(app: Application): readonly Layer[] | undefined {
  const { _router, lazyrouter } = app as { _router?: { stack?: readonly Layer[] }; lazyrouter?: unknown }
  if (_router?.stack !== undefined) return _router.stack
  if (lazyrouter !== undefined) return []
  return (app as unknown as { router?: { stack?: readonly Layer[] } }).router?.stack
}

export function matchesEveryPath({ slash, regexp }: Layer): boolean {
  return slash === true || regexp?.fast_slash === true
}

/** In place of a mount path that Express did not keep. */
export const UNKNOWN = '…'

/** What Express calls the closures that it puts around mounted apps. */
const MOUNTED_APP = 'mounted_app'

/** The path under which a router was mounted, as far as Express kept it; `…` where it did not (Express 5 with router below 2.3). */
export function mountPathOf(layer: Layer, findOut: MountPathReader): string {
  if (matchesEveryPath(layer)) return ''
  if (layer.rawPath !== undefined) return pathText(layer.rawPath)
  if (layer.regexp !== undefined) return pathOfExpress4(layer.regexp.source, layer.keys ?? [])
  return findOut(layer) ?? UNKNOWN
}

/** As `mountPathOf`; an app mounted by `app.use` also knows the path itself, the last one where there are several. */
export function mountPathOfApp(layer: Layer, app: Application, findOut: MountPathReader): string {
  const path = mountPathOf(layer, findOut)
  return path === UNKNOWN && layer.name === MOUNTED_APP ? pathText(app.mountpath) : path
}

/** The beginning of a path that a layer takes for itself, and how the application wrote it. */
export type TakenPath =
  | { readonly path: string; readonly written: string }
  /** Express did not keep how it was written. */
  | { readonly path: string; readonly written?: undefined; readonly found: MatchedPath; readonly matcher: PathMatcher }

/** `undefined` where the layer does not match. The layer itself is left as it is: it may be under way for another request. */
export function takenBy(layer: Layer, path: string): TakenPath | undefined {
  if (matchesEveryPath(layer)) return { path: '', written: '' }
  const { regexp, rawPath, matchers = [] } = layer
  if (regexp !== undefined) {
    const found = regexp.exec(path)
    return found === null ? undefined : { path: found[0], written: pathOfExpress4(regexp.source, layer.keys ?? []) }
  }
  for (const [index, matcher] of matchers.entries()) {
    const found = matcher(path)
    if (found === false) continue
    const raw = Array.isArray(rawPath) ? rawPath[index] : rawPath
    return raw === undefined ? { path: found.path, found, matcher } : { path: found.path, written: pathText(raw) }
  }
  return undefined
}

export function pathText(path: unknown): string {
  return Array.isArray(path) ? path.map(String).join(',') : String(path)
}

/** Express 4 keeps only the expression that a path became: `^\/v1(?:\/([^/]+?))\/?(?=\/|$)`, several joined by `|`. */
function pathOfExpress4(source: string, keys: readonly { readonly name: string | number }[]): string {
  let next = 0
  return source
    .replace('^', '')
    .replaceAll('\\/?(?=\\/|$)', '')
    .replaceAll('|^', ',')
    .replaceAll('(?:\\/([^/]+?))', () => `/:${keys[next++]?.name ?? 'param'}`)
    .replaceAll('\\', '')
}

/**
 * The app that a layer leads to; `undefined` where it leads to none, `'hidden'` where it does but cannot be found.
 * `app.use(path, otherApp)` wraps the other app, `router.use(path, otherApp)` does not.
 */
export function mountedAppOf({ handle, name }: Layer): Application | 'empty' | 'hidden' | undefined {
  const { handle: handles, set } = handle as { handle?: unknown; set?: unknown }
  if (typeof handles === 'function' && typeof set === 'function') return handle as unknown as Application
  return name === MOUNTED_APP ? unwrapApp(handle) : undefined
}

/** What leaves a router of Express at once, without asking any further handler. */
const LEAVE_ROUTER = 'router'

/**
 * Express wraps a mounted app into a closure and keeps no reference, so the closure is called with a request and a
 * response of our own: it gives the request the prototype of that app, which leads back to the app, and is stopped when
 * it turns to the response. No handler of anybody runs.
 */
function unwrapApp(handle: Handle): Application | 'empty' | 'hidden' {
  const parent = { request: {}, response: {} }
  const request: object = Object.assign(Object.create({ app: parent }), {
    url: '/',
    method: 'GET',
    headers: {},
    query: {},
  })
  const response = new Proxy({ setHeader: () => undefined } as object, {
    setPrototypeOf: (_target, prototype) => {
      if (prototype === parent.response) return true // handed back to the app outside
      throw LEAVE_ROUTER
    },
  })
  let passedThrough = false
  const next = () => {
    passedThrough = true
  }
  try {
    ;(handle as unknown as (request: object, response: object, next: () => void) => void)(request, response, next)
  } catch {
    // Express 5 lets the signal through, Express 4 heeds it.
  }
  if (passedThrough) return 'empty' // Express 4: an app without a router has nothing that could answer
  const { app } = Object.getPrototypeOf(request) as { app?: unknown }
  return typeof app === 'function' ? (app as unknown as Application) : 'hidden'
}
