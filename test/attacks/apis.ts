import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createResourceServer, type Outcome, type ResourceServer, type ResourceServerOptions } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward, { publicRoute } from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { recordAnswer, type Way } from '../support/ways.ts'
import { mutate } from './mutate.ts'

export const AUDIENCE = 'https://api.example.com'

export const SCOPES = {
  'items:read': 'Read items',
  'items:write': { description: 'Change items', implies: ['items:read'] },
  admin: 'Everything',
} as const

export type Scope = keyof typeof SCOPES
export type Options = ResourceServerOptions<Scope>
export type Engine = 'node' | 'jose'

/** The same API three times, with one engine: behind Express, behind Fastify, and without a framework. */
export interface Api {
  readonly engine: Engine
  readonly ports: Readonly<Record<'express' | 'fastify', number>>
  readonly core: ResourceServer<Scope>
  close(): Promise<void>
}

/** Room for tokens that are too large for the library; Node's own limit would answer 431 before it. */
const MAX_HEADER_BYTES = 64 * 1024

/** Every API has `GET /guarded` and `GET /mutate` for `items:read`, `GET /admin` for `admin`, and `GET /public`. */
export async function startApi(options: Options, engine: Engine): Promise<Api> {
  const withEngine: Options = { ...options, signatureEngine: engine }
  const [expressServer, fastify] = await Promise.all([startExpress(withEngine), startFastify(withEngine)])
  recordServer(expressServer, `Express with ${engine}`)
  recordServer(fastify.server, `Fastify with ${engine}`)
  return {
    engine,
    ports: { express: portOf(expressServer), fastify: portOf(fastify.server) },
    core: recorded(createResourceServer<Scope>(withEngine), `check() with ${engine}`),
    close: async () => {
      await fastify.close()
      expressServer.closeAllConnections()
      await new Promise(resolve => expressServer.close(resolve))
    },
  }
}

function recordServer(server: Server, way: Way): void {
  server.on('request', (_request, response) => {
    response.once('finish', () => recordAnswer(way, response.statusCode < 400))
  })
}

function recorded(core: ResourceServer<Scope>, way: Way): ResourceServer<Scope> {
  const noted = (outcome: Outcome): Outcome => {
    recordAnswer(way, outcome.granted)
    return outcome
  }
  const check: ResourceServer<Scope>['check'] = (...question) => {
    const outcome = core.check(...question)
    return outcome instanceof Promise ? outcome.then(noted) : noted(outcome)
  }
  return { ...core, check }
}

/** Every handler answers with this word, so that a body shows whether one ran. */
export const HANDLED = 'handled'

async function startExpress(options: Options): Promise<Server> {
  const guard = createGuard<Scope>(options)
  const app = express()
  app.get('/guarded', guard('items:read'), (request, response) => {
    response.json({ [HANDLED]: true, scopes: [...request.auth.scopes] })
  })
  app.get('/mutate', guard('items:read'), (request, response) => {
    response.json({ succeeded: mutate(request.auth) })
  })
  app.get('/admin', guard('admin'), (_request, response) => void response.json({ [HANDLED]: true }))
  app.get('/public', guard.public, (request, response) => {
    response.json({ [HANDLED]: true, auth: request.auth ?? null })
  })
  await guard.ready(app)
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function startFastify(options: Options) {
  const app = Fastify({ http: { maxHeaderSize: MAX_HEADER_BYTES } })
  await app.register(scopeward, options)
  app.get('/guarded', { config: { access: 'items:read' } }, async request => ({
    [HANDLED]: true,
    scopes: [...request.auth.scopes],
  }))
  app.get('/mutate', { config: { access: 'items:read' } }, async request => ({ succeeded: mutate(request.auth) }))
  app.get('/admin', { config: { access: 'admin' } }, async () => ({ [HANDLED]: true }))
  app.get('/public', { config: { access: publicRoute } }, async request => ({ [HANDLED]: true, auth: request.auth }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}
