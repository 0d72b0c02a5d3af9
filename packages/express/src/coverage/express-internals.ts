import type { Application } from 'express'

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
  /** Express 5: the layer matches every path. */
  readonly slash?: boolean
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean }
  readonly keys?: readonly { readonly name: string | number }[]
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

const UNKNOWN = '…'

/** What Express calls the closures that it puts around mounted apps. */
const MOUNTED_APP = 'mounted_app'

/** The path under which a router was mounted, as far as Express kept it; `…` where it did not (Express 5 with router below 2.3). */
export function mountPathOf(layer: Layer): string {
  if (matchesEveryPath(layer)) return ''
  if (layer.rawPath !== undefined) return pathText(layer.rawPath)
  return layer.regexp === undefined ? UNKNOWN : pathOfExpress4(layer.regexp.source, layer.keys ?? [])
}

/** As `mountPathOf`; an app mounted by `app.use` also knows the path itself, the last one where there are several. */
export function mountPathOfApp(layer: Layer, app: Application): string {
  const path = mountPathOf(layer)
  return path === UNKNOWN && layer.name === MOUNTED_APP ? pathText(app.mountpath) : path
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
