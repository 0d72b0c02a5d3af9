import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SpanKind, trace } from '@opentelemetry/api'
import type { ResourceServerOptions } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'

export const AUDIENCE = 'https://api.example.com'
const SCOPES = { 'orders:read': 'Read orders', 'orders:write': 'Change orders' } as const

export type Settings = Omit<ResourceServerOptions<keyof typeof SCOPES>, 'audience' | 'scopes'>

/** `GET /orders/:id` takes `orders:read`, `POST /orders` takes `orders:write`; over HTTP, until the test ends. */
export interface Api {
  ask(token?: string, request?: AskedRequest): Promise<Response>
}

export interface AskedRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const FRAMEWORKS: readonly (readonly [name: string, open: (settings: Settings) => Promise<Api>])[] = [
  ['Express', openExpress],
  ['Fastify', openFastify],
]

export async function openExpress(settings: Settings): Promise<Api> {
  const guard = createGuard({ audience: AUDIENCE, scopes: SCOPES, ...settings })
  const app = express()
  app.get('/orders/:id', guard('orders:read'), (_request, response) => void response.json([]))
  app.post('/orders', guard('orders:write'), (_request, response) => void response.json([]))
  const server = createServer(inServerSpan(app))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return apiOf(server)
}

export async function openFastify(settings: Settings): Promise<Api> {
  const app = Fastify({ serverFactory: handler => createServer(inServerSpan(handler)) })
  onTestFinished(() => app.close())
  await app.register(scopeward, { audience: AUDIENCE, scopes: SCOPES, ...settings })
  app.get('/orders/:id', { config: { access: 'orders:read' } }, async () => [])
  app.post('/orders', { config: { access: 'orders:write' } }, async () => [])
  await app.listen({ port: 0, host: '127.0.0.1' })
  return apiOf(app.server)
}

/** As the HTTP instrumentation of OpenTelemetry does it. */
function inServerSpan(handler: RequestListener): RequestListener {
  return (request, response) =>
    trace.getTracer('test').startActiveSpan(`${request.method}`, { kind: SpanKind.SERVER }, span => {
      // Before the client has the answer and the test looks for the span.
      const end = response.end.bind(response)
      response.end = ((...values: Parameters<typeof end>) => {
        span.end()
        return end(...values)
      }) as typeof response.end
      handler(request, response)
    })
}

function apiOf(server: Server): Api {
  const { port } = server.address() as AddressInfo
  return {
    ask: async (token, { method = 'GET', path = '/orders/7', headers = {} } = {}) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { ...authorization, ...headers },
      })
      await response.arrayBuffer()
      return response
    },
  }
}
