import { ConfigurationError } from '@scopeward/core'
import type { Application } from 'express'
import { uncoveredRoutes } from './uncovered-routes.ts'

/** @throws ConfigurationError `route_uncovered` that lists every such route */
export function requireCoverage(app: Application): void {
  if (typeof app !== 'function') {
    throw new ConfigurationError('option_missing', 'guard.ready() needs the app. Write `await guard.ready(app)`.')
  }
  const routes = uncoveredRoutes(app)
  if (routes.length === 0) return
  const list = routes.map(route => `  ${route}`).join('\n')
  throw new ConfigurationError(
    'route_uncovered',
    `${routes.length} ${routes.length === 1 ? 'route is' : 'routes are'} neither guarded nor public:\n${list}\n` +
      "Put guard('<scope>') first among the handlers, or guard.public to leave a route open.",
  )
}
