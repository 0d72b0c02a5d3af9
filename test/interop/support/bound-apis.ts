import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { ResourceServerOptions } from '@scopeward/core'
import { type Access, allOf, createGuard, dpop, mutualTls } from '@scopeward/express'
import { scopeward } from '@scopeward/fastify'
import express from 'express'
import fastify from 'fastify'
import { scopes } from './apis.ts'
import { AUDIENCE } from './audiences.ts'
import { close, listen } from './listen.ts'

export interface BoundApiOptions
  extends Pick<ResourceServerOptions<string>, 'issuer' | 'clock' | 'dpop' | 'trustedProxy' | 'publicOrigin'> {
  /** Listens with TLS. */
  readonly tls?: ServerOptions
}

/** A request as it arrived. */
export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Whether its TLS session was resumed; `undefined` without TLS. */
  readonly resumed: boolean | undefined
}

/**
 * `GET /reports` and `GET /reports/:id` need `reports:read`, `POST /reports` `reports:write`; `GET /certified` needs a token
 * that is bound to a certificate besides, and `GET /proven`, where proofs are checked, one that is bound to a key.
 */
export interface BoundApi {
  readonly origin: string
  /** In order. */
  readonly arrived: readonly Arrived[]
  stop(): Promise<void>
}

export type StartApi = (options: BoundApiOptions) => Promise<BoundApi>

/** What all handlers answer. */
interface Seen {
  readonly auth: Access
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

function answerTo({ auth, params, query, body }: Seen) {
  const { clientId, kind, senderConstraints } = auth
  return { clientId, kind, senderConstraints, id: (params as { readonly id?: string }).id, query, body }
}

const checksProofs = ({ dpop: option = 'off' }: BoundApiOptions) => option !== 'off'

const PROVEN = allOf('reports:read', dpop)
const CERTIFIED = allOf('reports:read', mutualTls)

/** It listens before the app is made, whose option `publicOrigin` names the port. */
async function serve(
  options: BoundApiOptions,
  makeApp: (options: ResourceServerOptions<string>) => Promise<RequestListener>,
) {
  const { tls, ...rest } = options
  const server = tls === undefined ? createServer() : (createTlsServer(tls) as unknown as Server)
  const origin = (await listen(server)).replace('http:', tls === undefined ? 'http:' : 'https:')
  const arrived: Arrived[] = []
  server.on('request', ({ method = '', url = '', headers, socket }) => {
    arrived.push({ method, url, headers, resumed: (socket as Partial<TLSSocket>).isSessionReused?.() })
  })
  const common = { audience: AUDIENCE, scopes, allowHttpOnLoopback: true, ...rest }
  const isTold = options.trustedProxy?.origin !== undefined
  server.on('request', await makeApp(isTold ? common : { publicOrigin: origin, ...common }))
  return { origin, arrived, stop: () => close(server) }
}

const startExpress: StartApi = options =>
  serve(options, async serverOptions => {
    const guard = createGuard(serverOptions)
    const app = express()
    app.use(express.json())
    const answer: express.RequestHandler = (request, response) => void response.json(answerTo(request as Seen))
    app.get('/reports', guard('reports:read'), answer)
    app.post('/reports', guard('reports:write'), answer)
    app.get('/reports/:id', guard('reports:read'), answer)
    app.get('/certified', guard(CERTIFIED), answer)
    if (checksProofs(options)) app.get('/proven', guard(PROVEN), answer)
    await guard.ready(app)
    return app
  })

const startFastify: StartApi = options =>
  serve(options, async serverOptions => {
    const app = fastify()
    await app.register(scopeward, serverOptions)
    app.get('/reports', { config: { access: 'reports:read' } }, async request => answerTo(request))
    app.post('/reports', { config: { access: 'reports:write' } }, async request => answerTo(request))
    app.get('/reports/:id', { config: { access: 'reports:read' } }, async request => answerTo(request))
    app.get('/certified', { config: { access: CERTIFIED } }, async request => answerTo(request))
    if (checksProofs(options)) {
      app.get('/proven', { config: { access: PROVEN } }, async request => answerTo(request))
    }
    await app.ready()
    return app.routing
  })

/** Both frameworks, by name. */
export const APIS: [framework: string, startApi: StartApi][] = [
  ['Express', startExpress],
  ['Fastify', startFastify],
]
