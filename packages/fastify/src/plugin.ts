import {
  type Access,
  ConfigurationError,
  createResourceServer,
  type Denial,
  describeResourceServer,
  type Outcome,
  type ResourceServer,
  type ResourceServerOptions,
  type RouteDescription,
  refuseUnknownOptions,
} from '@scopeward/core'
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  RouteOptions,
} from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { RouteCoverage } from './coverage/route-coverage.ts'
import { addRegistration, describeRoute } from './described-routes.ts'
import { DocumentedSecurity } from './described-security.ts'
import { serveMetadata } from './metadata.ts'
import { passError } from './pass-error.ts'
import { FastifyRequestView } from './request-view.ts'
import { compileRouteAccess, publicRoute, type RouteAccess, type RouteGuard } from './route-access.ts'
import { sendDenial } from './send-denial.ts'
import { warmKeys } from './warm-keys.ts'

/** The options of the resource server, and how it sits in Fastify. */
export interface ScopewardOptions extends ResourceServerOptions<string> {
  /**
   * Writes refusals in the application's own way. Status and headers, the challenge among them, are set already; this
   * function sends the reply. Default: the problem document of `denial.body`.
   */
  readonly respond?: (denial: Denial, request: FastifyRequest, reply: FastifyReply) => void
  /**
   * Routes that other plugins declare and that stay open, as `'OPTIONS *'` or `'GET /documentation/*'`: method and
   * pattern exactly as declared. An entry without such a route throws at `ready()`. Routes of your own say so themselves,
   * with `config: { access: publicRoute }`.
   */
  readonly publicRoutes?: readonly string[]
}

/** Where the compiled guard travels: Fastify copies the members of `config`, symbols included. */
const GUARD: unique symbol = Symbol('scopeward.guard')

type GuardedConfig = { access?: RouteAccess; [GUARD]?: RouteGuard }

/**
 * Checks every request to the routes of the context it is registered in and of the contexts inside, in `onRequest`.
 * Register it with `await` before the first route. Every route says in `config.access` what it requires; `ready()` fails
 * and lists those that do not. With the option `resourceMetadata` it serves that document too.
 * @throws ConfigurationError for options that are missing, unknown, out of range or contradictory
 */
export const scopeward: FastifyPluginAsync<ScopewardOptions> = fastifyPlugin(register, {
  name: '@scopeward/fastify',
  fastify: '5.x',
})

async function register(app: FastifyInstance, options: ScopewardOptions): Promise<void> {
  const { respond, publicRoutes = [], ...serverOptions } = options
  refuseUnknownOptions(serverOptions, ['respond', 'publicRoutes'])
  requireUsable(respond, publicRoutes)
  const server = createResourceServer(serverOptions)
  const coverage = new RouteCoverage(app, publicRoutes)
  const onRequest = coverage.nameHook(createHook(respond, coverage))
  if (app.hasRequestDecorator('auth')) throw alreadyDecorated()
  app.decorateRequest('auth', null as unknown as Access)
  const routes: RouteDescription[] = []
  const describeServer = () => describeResourceServer(serverOptions)
  addRegistration(app, { describeServer, coverage, routes })
  const security = new DocumentedSecurity(app, describeServer)
  app.addHook('onRoute', route => {
    coverage.see(route)
    const guard = compile(route, coverage.isDeclaredPublic(route), server)
    if (guard === undefined) coverage.addUncovered(route)
    else route.config = { ...route.config, [GUARD]: guard } as GuardedConfig
    const described = describeRoute(app, route, guard)
    routes.push(...described)
    security.document(route, described)
  })
  app.addHook('onRequest', onRequest)
  if (server.metadata !== undefined) serveMetadata(app, server.metadata)
  app.addHook('onReady', async () => {
    coverage.require()
    await Promise.all([warmKeys(server, app.log), security.complete(app.log)])
  })
}

/** @throws ConfigurationError `option_invalid` */
function requireUsable(respond: unknown, publicRoutes: unknown): void {
  if (respond !== undefined && typeof respond !== 'function') {
    throw new ConfigurationError('option_invalid', 'Option "respond" must be a function: (denial, request, reply) => …')
  }
  if (!Array.isArray(publicRoutes) || !publicRoutes.every(name => typeof name === 'string')) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "publicRoutes" must be an array of routes such as 'GET /documentation/*'.`,
    )
  }
}

function compile(route: RouteOptions, declaredPublic: boolean, server: ResourceServer<string>): RouteGuard | undefined {
  const access = (route.config as GuardedConfig | undefined)?.access
  const name = `${String(route.method)} ${route.url}`
  if (access === undefined) return declaredPublic ? publicRoute : undefined
  if (declaredPublic) {
    throw new ConfigurationError(
      'option_conflict',
      `${name} has config.access and stands in the option "publicRoutes". Keep one.`,
    )
  }
  try {
    return compileRouteAccess(access, server)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw new ConfigurationError(error.code, `${name}: ${error.message}`)
  }
}

function createHook(respond: ScopewardOptions['respond'], coverage: RouteCoverage): onRequestHookHandler {
  return (request, reply, done) => {
    const config = request.routeOptions.config as GuardedConfig | undefined
    const guard = config?.[GUARD]
    if (guard === undefined) {
      return done(request.is404 ? undefined : coverage.requireDeclaredPublic(request.routeOptions, config?.access))
    }
    if (!('settle' in guard)) return done()
    const onOutcome = (outcome: Outcome<Access | undefined>): void => {
      if (!outcome.granted) {
        sendDenial(outcome.denial, request, reply, respond, done)
        return
      }
      if (outcome.headers !== undefined) reply.headers(outcome.headers)
      request.auth = (outcome.access ?? null) as Access
      done()
    }
    guard.settle(new FastifyRequestView(request), onOutcome, error => passError(error, done))
  }
}

/** Two guards in one context would each refuse what the other lets through, and answer for each other. */
function alreadyDecorated(): ConfigurationError {
  return new ConfigurationError(
    'option_conflict',
    'request.auth exists already: scopeward is registered here or in an outer context, or another plugin uses the name. Register it once for each context.',
  )
}
