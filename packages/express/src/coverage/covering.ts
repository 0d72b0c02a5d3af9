/**
 * On the handlers that decide who may pass: guards, and the declaration that a route is public. An enumerable property,
 * because tools that wrap handlers (tracing, express-async-errors) copy these to their wrapper; a `WeakSet` of handlers
 * would not know it again.
 */
const MARK = 'scopewardCovers'

export function markCovering<H extends object>(handler: H): H {
  return Object.assign(handler, { [MARK]: true })
}

export function isCovering(handler: object): boolean {
  return (handler as { readonly [MARK]?: unknown })[MARK] === true
}
