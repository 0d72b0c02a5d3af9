import { createResourceServer, type Requirement, type ResourceServerOptions } from '@scopeward/core'
import type { onRequestHookHandler } from 'fastify'

export type WatchOptions<Scope extends string> = ResourceServerOptions<Scope>

/** Asks Scopeward what it would say of a request, and lets the request pass whatever the answer is. */
export function createWatch<Scope extends string>(
  options: WatchOptions<Scope>,
): (requirement: Requirement<Scope>) => onRequestHookHandler {
  const api = createResourceServer(options)
  return requirement => {
    const guard = api.guard(requirement)
    return (request, _reply, done) => {
      const { method, originalUrl: url, routeOptions } = request
      const { rawHeaders: headers, socket } = request.raw
      guard.settle({ method, url, headers, socket, route: routeOptions.url, source: request }, () => {}, console.error)
      done()
    }
  }
}
