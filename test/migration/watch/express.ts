import { createResourceServer, type Requirement, type ResourceServerOptions } from '@scopeward/core'
import type { RequestHandler } from 'express'

export type WatchOptions<Scope extends string> = ResourceServerOptions<Scope>

/** Asks Scopeward what it would say of a request, and lets the request pass whatever the answer is. */
export function createWatch<Scope extends string>(
  options: WatchOptions<Scope>,
): (requirement: Requirement<Scope>) => RequestHandler {
  const api = createResourceServer(options)
  return requirement => {
    const guard = api.guard(requirement)
    return (req, _res, next) => {
      const { method, originalUrl: url, rawHeaders: headers, socket } = req
      const route = `${req.baseUrl}${req.route?.path ?? ''}`
      guard.settle({ method, url, headers, socket, route, source: req }, () => {}, console.error)
      next()
    }
  }
}
