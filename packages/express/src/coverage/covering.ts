import type { RequirementDescription, ResourceServerDescription } from '@scopeward/core'

/** What a handler that decides who may pass tells about itself. */
export interface Covering extends RequirementDescription {
  readonly kind: 'guarded' | 'optional' | 'public'
  /** The resource server that it belongs to; the handlers of one guard share the function. */
  readonly describeServer: () => ResourceServerDescription
}

/**
 * On the handlers that decide who may pass: guards, and the declaration that a route is public. An enumerable property,
 * because tools that wrap handlers (tracing, express-async-errors) copy these to their wrapper; a `WeakSet` of handlers
 * would not know it again.
 */
const MARK = 'scopewardCovers'

export function markCovering<H extends object>(handler: H, covering: Covering): H {
  return Object.assign(handler, { [MARK]: Object.freeze(covering) })
}

export function coveringOf(handler: object): Covering | undefined {
  return (handler as { readonly [MARK]?: Covering })[MARK]
}

export function isCovering(handler: object): boolean {
  return coveringOf(handler) !== undefined
}
