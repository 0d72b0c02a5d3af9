import { IncomingMessage } from 'node:http'
import {
  type Access,
  ConfigurationError,
  createResourceServer,
  type Denial,
  describeRequirement,
  describeResourceServer,
  type Guard,
  type IssuerReadiness,
  NOTHING_REQUIRED,
  type Outcome,
  type Readiness,
  type Requirement,
  type ResourceServerOptions,
  type RouteDescription,
  refuseUnknownOptions,
} from '@scopeward/core'
import type { Application, NextFunction, Request, Response } from 'express'
import { type Covering, markCovering } from './coverage/covering.ts'
import { requireCoverage } from './coverage/require-coverage.ts'
import { describeApp } from './describe-app.ts'
import { createMetadataHandler, requireMetadataServed } from './metadata.ts'
import { rememberDescription } from './openapi.ts'
import { passError } from './pass-error.ts'
import { ExpressRequestView } from './request-view.ts'
import { sendDenial, setHeaders } from './send-denial.ts'

/** The options of the resource server, and how its refusals are written. */
export interface ExpressGuardOptions<Scope extends string> extends ResourceServerOptions<Scope> {
  /**
   * Writes refusals in the application's own way. Status and headers, the challenge among them, are set already; this
   * function ends the response. What it throws or rejects with goes to Express's error handlers, never on to the route.
   * Default: the problem document of `denial.body`.
   */
  readonly respond?: (denial: Denial, request: Request, response: Response) => void
}

/** An Express handler for any route: it leaves the types of `params`, `body` and `query` to the handlers after it. */
export type GuardHandler = <P, ResBody, ReqBody, ReqQuery, Locals extends Record<string, unknown>>(
  request: Request<P, ResBody, ReqBody, ReqQuery, Locals>,
  response: Response<ResBody, Locals>,
  next: NextFunction,
) => void

/** `guard(requirement)` is a handler that stands first on its route and lets only callers pass who meet the requirement. */
export interface ExpressGuard<Scope extends string> {
  /**
   * Authenticates and authorizes; sets `request.auth`.
   * @throws ConfigurationError `scope_unknown`, `requirement_empty`, `requirement_invalid`
   */
  (requirement: Requirement<Scope>): GuardHandler
  /** Declares a route open to everybody. Checks nothing; sets `request.auth` to undefined. */
  readonly public: GuardHandler
  /**
   * Lets a request without credentials pass, with `request.auth` undefined. Credentials that are there must be good.
   * @throws ConfigurationError as `guard`
   */
  optional(requirement: Requirement<Scope>): GuardHandler
  /**
   * Serves the protected resource metadata (RFC 9728): `app.use(guard.metadata)` before every guard and route. Answers its
   * one path, with CORS, and lets all others go on.
   * @throws ConfigurationError `option_missing` where the option `resourceMetadata` is not set
   */
  readonly metadata: GuardHandler
  /**
   * Call once, after the last route and before `listen`. Fetches the issuer's keys; if they cannot be had it says so by
   * its result and a process warning, and the app serves 503 until they can.
   * @throws ConfigurationError `route_uncovered`, with every route that is neither guarded nor public; `metadata_unserved`
   * where challenges name metadata that the app does not serve
   */
  ready(app: Application): Promise<Readiness>
  /**
   * Every route of the app with what it requires, also where guards of others stand. Call it after the last route; no
   * handler runs.
   * @throws ConfigurationError `option_missing` without the app
   */
  routes(app: Application): readonly RouteDescription[]
}

/**
 * The guard of an Express app: `guard(requirement)` stands first on a route.
 * @throws ConfigurationError for options that are missing, unknown, out of range or contradictory
 */
export function createGuard<Scope extends string>(options: ExpressGuardOptions<Scope>): ExpressGuard<Scope> {
  const { respond, ...serverOptions } = options ?? {}
  refuseUnknownOptions(serverOptions, ['respond'])
  if (respond !== undefined && typeof respond !== 'function') {
    throw new ConfigurationError(
      'option_invalid',
      'Option "respond" must be a function: (denial, request, response) => …',
    )
  }
  const server = createResourceServer<Scope>(serverOptions)
  const describeServer = () => describeResourceServer(serverOptions)
  const covering = coverWith(respond, describeServer)
  // Handed on whole, so that a second requirement is refused and not dropped.
  const guard = (...required: Parameters<typeof server.guard>) => {
    requireCall(required[0])
    return covering('guarded', server.guard(...required), required[0])
  }
  const serveMetadata = server.metadata && createMetadataHandler(server.metadata)
  const members = {
    public: markCovering(passPublic as GuardHandler, { kind: 'public', ...NOTHING_REQUIRED, describeServer }),
    get metadata(): GuardHandler {
      return serveMetadata ?? refuseMetadata()
    },
    optional: (...required: Parameters<typeof server.guard>) => {
      requireCall(required[0])
      return covering('optional', server.optionalGuard(...required), required[0])
    },
    routes: (app: Application) => describeApp(app).routes,
    ready: async (app: Application) => {
      requireCoverage(app)
      if (server.metadata !== undefined) requireMetadataServed(app, server.metadata)
      const readiness = await server.ready()
      for (const issuer of readiness.issuers) warnWithoutKeys(issuer)
      return readiness
    },
  }
  const { metadata, ...others } = Object.getOwnPropertyDescriptors(members)
  // Not enumerable: whoever spreads the guard must not hear of metadata that was never asked for.
  const descriptors = { ...others, metadata: { ...metadata, enumerable: false } }
  rememberDescription(guard, { describeServer, hasOwnRefusals: respond !== undefined })
  return Object.freeze(Object.defineProperties(guard, descriptors)) as ExpressGuard<Scope>
}

type Respond = ExpressGuardOptions<string>['respond']

/** Handlers that tell lists and documents what they require. */
function coverWith(respond: Respond, describeServer: Covering['describeServer']) {
  return (kind: Covering['kind'], guard: Guard<Access | undefined>, requirement: Requirement): GuardHandler =>
    markCovering(handlerOf(guard, respond), { kind, ...describeRequirement(guard, requirement), describeServer })
}

function handlerOf(guard: Guard<Access | undefined>, respond: Respond): GuardHandler {
  const handler = (request: Request, response: Response, next: NextFunction): void => {
    const onOutcome = (outcome: Outcome<Access | undefined>): void => {
      if (!outcome.granted) {
        sendDenial(outcome.denial, request, response, next, respond)
        return
      }
      if (outcome.headers !== undefined && !response.headersSent) setHeaders(response, outcome.headers)
      request.auth = outcome.access as Access
      next()
    }
    guard.settle(new ExpressRequestView(request), onOutcome, error => passError(error, next))
  }
  return handler as GuardHandler
}

/** `guard` or `guard.optional` put on a route without a call is called by Express, with a request. */
function requireCall(requirement: unknown): void {
  if (!(requirement instanceof IncomingMessage)) return
  throw new ConfigurationError('requirement_invalid', `A guard is not called. Write guard('<scope>'), not guard.`)
}

/** Resets `auth`, so that nothing but a guard of this route is ever found there. */
function passPublic(request: Request, _response: Response, next: NextFunction): void {
  if (request === undefined) {
    throw new ConfigurationError(
      'requirement_invalid',
      'guard.public is a handler itself. Write guard.public, not guard.public().',
    )
  }
  request.auth = undefined as unknown as Access
  next()
}

function refuseMetadata(): never {
  throw new ConfigurationError(
    'option_missing',
    'guard.metadata needs the option "resourceMetadata": { resource: \'https://api.example.com\' }.',
  )
}

function warnWithoutKeys({ issuer, keySet, reason }: IssuerReadiness): void {
  if (keySet === 'available' || keySet === 'none') return
  const isEmpty = keySet === 'empty'
  const effect = isEmpty ? 'Each is refused.' : 'Requests get 503 until they can; no restart is needed.'
  const code = isEmpty ? 'SCOPEWARD_KEY_SET_EMPTY' : 'SCOPEWARD_KEY_SET_UNAVAILABLE'
  const message = `Tokens of ${issuer} cannot be checked: ${reason}. ${effect}`
  process.emitWarning(message, { type: 'ScopewardWarning', code })
}
