import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Requirement } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import { HANDLED, type Options, type Scope } from '../attacks/apis.ts'

export const FRAMEWORKS = ['express', 'fastify'] as const
export type Framework = (typeof FRAMEWORKS)[number]
export type Ports = Readonly<Record<Framework, number>>

/** Which handler ran, with which parameters, as the body of an answer says. */
export interface Reached {
  readonly handled: string
  readonly params: object
}

/** By their pattern; `/files/*` and `/*` have one parameter, the rest of the path. */
export type Routes = Readonly<Record<string, Requirement<Scope>>>

/** Two apps with the same routes for GET, POST and PUT. Closed when the test ends. */
export async function startRouted(options: Options, routes: Routes): Promise<Ports> {
  return { express: await startExpress(options, routes), fastify: await startFastify(options, routes) }
}

async function startExpress(options: Options, routes: Routes): Promise<number> {
  const guard = createGuard<Scope>(options)
  const app = express()
  // Express 4, which knows no names for what a wildcard stands for.
  const wildcard = 'lazyrouter' in app ? '*' : '*rest'
  for (const [pattern, requirement] of Object.entries(routes)) {
    const handlers = [
      guard(requirement),
      (request: express.Request, response: express.Response) =>
        void response.json({ [HANDLED]: pattern, params: request.params }),
    ] as const
    app
      .route(pattern.replace('*', wildcard))
      .get(...handlers)
      .post(...handlers)
      .put(...handlers)
  }
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function startFastify(options: Options, routes: Routes): Promise<number> {
  const app = Fastify()
  onTestFinished(() => app.close())
  await app.register(scopeward, options)
  for (const [url, access] of Object.entries(routes)) {
    app.route({
      method: ['GET', 'POST', 'PUT'],
      url,
      config: { access },
      handler: async request => ({ [HANDLED]: url, params: request.params }),
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}
