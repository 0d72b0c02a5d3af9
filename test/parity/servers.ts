import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createResourceServer,
  type Denial,
  type Outcome,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopeward/core'
import { createGuard, type GuardHandler } from '@scopeward/express'
import scopeward, { optional, publicRoute, type RouteAccess } from '@scopeward/fastify'
import type { TestIssuer } from '@scopeward/testing'
import express, { type Application, type Request, type Response } from 'express'
import Fastify, { type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify'
import { type RawRequest, requestText } from '../support/raw-http.ts'
import { answerTo, findRoute, METHODS, type ParityRoute, ROUTES, SCOPES, type Scope, SENDER_ROUTES } from './routes.ts'

const AUDIENCE = 'https://api.example.com'

type Options = ResourceServerOptions<Scope>

export interface Servers {
  readonly express: number
  readonly fastify: number
  readonly core: ResourceServer<Scope>
  close(): Promise<void>
}

/** How a custom `respond` of either framework writes, given the two things that are needed for it. */
export type Write = (denial: Denial, send: (body: Buffer) => void) => void

/**
 * An Express app, a Fastify app and a bare resource server with the same routes, all trusting this issuer.
 * @param added options; with `dpop`, there are the routes that demand it as well
 */
export async function startServers(issuer: TestIssuer, write?: Write, added: Partial<Options> = {}): Promise<Servers> {
  const options: Options = { ...issuer.options, audience: AUDIENCE, scopes: SCOPES, ...added }
  const expressServer = await startExpress(options, write)
  const fastify = await startFastify(options, write)
  return {
    express: (expressServer.address() as AddressInfo).port,
    fastify: (fastify.server.address() as AddressInfo).port,
    core: createResourceServer<Scope>(options),
    close: async () => {
      await fastify.close()
      await new Promise(resolve => expressServer.close(resolve))
    },
  }
}

function routesOf({ dpop }: Options): readonly ParityRoute[] {
  return dpop === undefined ? ROUTES : [...ROUTES, ...SENDER_ROUTES]
}

async function startExpress(options: Options, write: Write | undefined): Promise<Server> {
  const guard = createGuard<Scope>({
    ...options,
    ...(write && { respond: (denial, _request, response) => write(denial, body => response.end(body)) }),
  })
  const guardOf = ({ access }: ParityRoute): GuardHandler => {
    if (access === 'public') return guard.public
    return access.optional ? guard.optional(access.requirement) : guard(access.requirement)
  }
  const app: Application = express()
  app.use(express.urlencoded({ extended: false }))
  for (const route of routesOf(options)) {
    const handlers = [
      guardOf(route),
      (request: Request, response: Response) => void response.json(answerTo(request.auth, { ...request.params })),
    ] as const
    if (route.everyMethod) app.all(route.path, ...handlers)
    else
      app
        .route(route.path)
        .get(...handlers)
        .post(...handlers)
  }
  // Not `guard.ready(app)`: some suites take the issuer down before the first fetch.
  return new Promise((resolve, reject) => {
    const server = createServer(app)
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

async function startFastify(options: Options, write: Write | undefined) {
  const app = Fastify()
  for (const method of ['PROPFIND', 'PURGE']) app.addHttpMethod(method)
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))))
  })
  await app.register(scopeward, {
    ...options,
    ...(write && {
      respond: (denial: Denial, _request: FastifyRequest, reply: FastifyReply) =>
        write(denial, body => void reply.send(body)),
    }),
  })
  for (const route of routesOf(options)) {
    const access: RouteAccess<string> =
      route.access === 'public'
        ? publicRoute
        : route.access.optional
          ? optional(route.access.requirement)
          : route.access.requirement
    app.route({
      method: route.everyMethod ? ([...METHODS] as HTTPMethods[]) : ['GET', 'POST'],
      url: route.path,
      config: { access },
      handler: async request => answerTo(request.auth, request.params as object),
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

/** What `check()` says to the same bytes. The header lines are taken apart as Node takes them apart. */
export async function checkThroughCore(core: ResourceServer<Scope>, request: RawRequest): Promise<Outcome<unknown>> {
  const { route, params } = findRoute(request.path ?? '/')
  if (route.access === 'public') return { granted: true, access: undefined }
  const { requirement, optional: anonymousPass } = route.access
  const headers = requestText({ ...request, version: '1.1' })
    .split('\r\n\r\n', 1)[0]!
    .split('\r\n')
    .slice(1)
    .flatMap(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
    })
  const { method = 'GET', path: url = '/' } = request
  const resourceRequest = { method, url, headers, socket: { remoteAddress: '127.0.0.1' }, source: { params } }
  if (anonymousPass) return core.optionalGuard(requirement).check(resourceRequest)
  return core.check(resourceRequest, requirement)
}
