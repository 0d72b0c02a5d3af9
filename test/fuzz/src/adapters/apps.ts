import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type Access,
  allOf,
  anyOf,
  authenticated,
  dpop,
  type Requirement,
  type ResourceServerOptions,
} from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward, { optional, publicRoute } from '@scopeward/fastify'
import express, { type NextFunction, type Request, type Response } from 'express'
import Fastify, { type FastifyReply, type HTTPMethods } from 'fastify'

export const SCOPES = {
  'items:read': 'Read items',
  'items:write': { description: 'Change items', implies: ['items:read'] },
  'reports:read': 'Read reports',
} as const

type Scope = keyof typeof SCOPES
export type Options = ResourceServerOptions<Scope>

type RouteAccess = 'public' | { readonly requirement: Requirement<Scope>; readonly optional?: true }

const ROUTES: Readonly<Record<string, RouteAccess>> = {
  '/public': 'public',
  '/optional': { requirement: 'items:read', optional: true },
  '/read': { requirement: 'items:read' },
  '/write': { requirement: 'items:write' },
  '/any': { requirement: anyOf('items:write', 'reports:read') },
  '/all': { requirement: allOf('items:read', 'reports:read') },
  '/items/:id': { requirement: authenticated },
}

/** Where proofs are checked. */
const PROVEN: typeof ROUTES = { '/proven': { requirement: allOf('items:read', dpop) } }

function routesOf(options: Options): readonly (readonly [path: string, access: RouteAccess])[] {
  return Object.entries(options.dpop === undefined ? ROUTES : { ...ROUTES, ...PROVEN })
}

export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
] as const

/** On answers that the framework gives by itself, before any guard or in place of a route: they have the framework's own look. */
export const UNROUTED = 'x-unrouted'

/** What a handler saw, for both frameworks alike. */
function answerTo(auth: Access | null | undefined, params: object): object {
  if (auth == null) return { caller: null, params }
  const { clientId, subject, kind, scopes, senderConstraints } = auth
  return { caller: clientId, subject, kind, scopes: [...scopes], senderConstraints: [...senderConstraints], params }
}

export interface App {
  readonly port: number
  close(): Promise<unknown>
}

export async function startExpress(options: Options): Promise<App> {
  const guard = createGuard<Scope>(options)
  const app = express()
  app.enable('strict routing').enable('case sensitive routing')
  app.use(guard.metadata)
  for (const [path, access] of routesOf(options)) {
    const guarding =
      access === 'public'
        ? guard.public
        : access.optional
          ? guard.optional(access.requirement)
          : guard(access.requirement)
    app.all(
      path,
      guarding,
      (request: Request, response: Response) => void response.json(answerTo(request.auth, { ...request.params })),
    )
  }
  const unrouted = (status: number, response: Response) =>
    void response.status(status).setHeader(UNROUTED, 'express').end()
  app.use(guard.public, (_request: Request, response: Response) => unrouted(404, response))
  app.use((error: { readonly status?: number }, _request: Request, response: Response, _next: NextFunction) =>
    unrouted(error.status ?? 500, response),
  )
  await guard.ready(app)
  const server = createServer(app)
  server.on('clientError', refuseMalformed)
  await listen(server)
  return { port: portOf(server), close: () => new Promise(resolve => server.close(resolve)) }
}

export async function startFastify(options: Options): Promise<App> {
  const unrouted = (status: number, reply: FastifyReply): void => {
    reply.code(status).header(UNROUTED, 'fastify').send()
  }
  const app = Fastify({
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (_error, _request, reply) => unrouted(400, reply as FastifyReply),
  })
  for (const method of ['PROPFIND', 'PURGE']) app.addHttpMethod(method, { hasBody: true })
  // Express reads no bodies here either.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume()
    done(null)
  })
  app.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) =>
    unrouted(error.statusCode ?? 500, reply),
  )
  app.setNotFoundHandler((_request, reply) => unrouted(404, reply))
  await app.register(scopeward, options)
  for (const [url, access] of routesOf(options)) {
    app.route({
      method: [...METHODS] as HTTPMethods[],
      url,
      config: {
        access: access === 'public' ? publicRoute : access.optional ? optional(access.requirement) : access.requirement,
      },
      handler: async request => answerTo(request.auth, request.params as object),
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), close: () => app.close() }
}

/** What Node's parser refuses, before there is a request. */
function refuseMalformed(_error: Error, socket: Duplex): void {
  socket.end(`HTTP/1.1 400 Bad Request\r\n${UNROUTED}: node\r\nConnection: close\r\n\r\n`)
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}
