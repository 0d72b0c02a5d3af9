import {
  type AppDescription,
  describeRequirement,
  NOTHING_REQUIRED,
  type Requirement,
  type ResourceServerDescription,
  type RouteDescription,
  withoutMirroredHeads,
} from '@scopeward/core'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { printedRoutes } from './coverage/print-routes.ts'
import type { RouteCoverage } from './coverage/route-coverage.ts'
import { OptionalRoute, type RouteAccess, type RouteGuard } from './route-access.ts'

/** One registration of the plugin. */
interface Registration {
  readonly describeServer: () => ResourceServerDescription
  readonly coverage: Pick<RouteCoverage, 'isDeclaredPublic' | 'hasSeen'>
  readonly routes: readonly RouteDescription[]
}

/**
 * On the HTTP server, which all contexts share: whoever asks may have the root, and the plugin a context inside. By a
 * registered symbol, so that another copy of this package finds it too.
 */
const REGISTRATIONS = Symbol.for('scopeward.registrations')

function registrationsOf(app: FastifyInstance): Registration[] {
  const server = app.server as { [REGISTRATIONS]?: Registration[] }
  server[REGISTRATIONS] ??= []
  return server[REGISTRATIONS]
}

export function addRegistration(app: FastifyInstance, registration: Registration): void {
  registrationsOf(app).push(registration)
}

/** One description for each method; `ALL` for a route that takes every one. */
export function describeRoute(
  app: FastifyInstance,
  { method, url, config }: RouteOptions,
  guard: RouteGuard | undefined,
): readonly RouteDescription[] {
  const methods = [method].flat()
  const names = methods.length >= app.supportedMethods.length ? ['ALL'] : methods
  const required = describeAccess(guard, (config as { access?: RouteAccess } | undefined)?.access)
  return names.map(name => ({ method: name, path: url, ...required }))
}

function describeAccess(
  guard: RouteGuard | undefined,
  access: RouteAccess | undefined,
): Omit<RouteDescription, 'method' | 'path'> {
  if (guard === undefined) return { kind: 'uncovered', ...NOTHING_REQUIRED }
  if (!('settle' in guard)) return { kind: 'public', ...NOTHING_REQUIRED }
  if (access instanceof OptionalRoute) return { kind: 'optional', ...describeRequirement(guard, access.requirement) }
  return { kind: 'guarded', ...describeRequirement(guard, access as Requirement) }
}

/**
 * Every route of the server with what it requires: those that the plugin saw, in order of declaration, then the others; and one server for each registration of the plugin. Call it when the plugins are loaded: after `ready()`, or `after()` of
 * the root. The `HEAD` route of a `GET` route has no row of its own.
 */
export function describeApp(app: FastifyInstance): AppDescription {
  const registrations = registrationsOf(app)
  const unseen = printedRoutes(app).filter(({ name }) => !registrations.some(({ coverage }) => coverage.hasSeen(name)))
  const others = unseen.map(({ name }): RouteDescription => {
    const [method = '', path = ''] = name.split(' ')
    const isPublic = registrations.some(({ coverage }) => coverage.isDeclaredPublic({ method, url: path }))
    return { method, path, kind: isPublic ? 'public' : 'uncovered', ...NOTHING_REQUIRED }
  })
  return {
    routes: withoutMirroredHeads([...registrations.flatMap(({ routes }) => routes), ...others]),
    servers: registrations.map(({ describeServer }) => describeServer()),
  }
}

/** `describeApp(app).routes` */
export function routesOf(app: FastifyInstance): readonly RouteDescription[] {
  return describeApp(app).routes
}
