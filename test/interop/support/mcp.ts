import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import type { Access, ResourceServerOptions } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import { scopeward } from '@scopeward/fastify'
import express from 'express'
import fastify from 'fastify'
import { close, listen } from './listen.ts'

export const MCP_SCOPES = { 'tools:call': 'Call tools', 'tools:admin': 'Change tools' } as const

export interface RunningMcp {
  /** The endpoint: `http://127.0.0.1:49152/mcp`, which is also the audience and the resource. */
  readonly url: URL
  readonly origin: string
  /** Method and path of every request, in order. */
  readonly requested: readonly string[]
  stop(): Promise<void>
}

/** The resource is known once the port is. */
function optionsFor(issuer: string, resource: string): ResourceServerOptions<keyof typeof MCP_SCOPES> {
  return {
    issuer,
    audience: resource,
    scopes: MCP_SCOPES,
    resourceMetadata: { resource, scopes_supported: ['tools:call'] },
    allowHttpOnLoopback: true,
  }
}

/** An MCP server with one tool, which says who called it. */
function serverFor(access: Access): McpServer {
  const server = new McpServer({ name: 'whoami-server', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Says who is calling' }, async () => ({
    content: [{ type: 'text', text: `${access.kind} ${access.clientId} ${[...access.scopes].join(' ')}` }],
  }))
  return server
}

/** Hands one request to the SDK, which knows the web's requests and responses alone. */
async function answer(
  request: IncomingMessage,
  body: unknown,
  access: Access,
  response: ServerResponse,
): Promise<void> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
  headers.delete('content-length')
  const handler = createMcpHandler(() => serverFor(access))
  const answered = await handler.fetch(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  response.end(Buffer.from(await answered.arrayBuffer()))
}

export async function startExpressMcp(issuer: string): Promise<RunningMcp> {
  const requested: string[] = []
  let app = express()
  const server = createServer((request, response) => {
    requested.push(`${request.method} ${request.url}`)
    app(request, response)
  })
  const origin = await listen(server)
  const url = new URL('/mcp', origin)
  const guard = createGuard(optionsFor(issuer, url.href))
  app = express()
  app.use(guard.metadata)
  app.post('/mcp', guard('tools:call'), express.json(), (request, response) =>
    answer(request, request.body, request.auth, response),
  )
  await guard.ready(app)
  return { url, origin, requested, stop: () => close(server) }
}

export async function startFastifyMcp(issuer: string): Promise<RunningMcp> {
  const requested: string[] = []
  const server = createServer()
  const origin = await listen(server)
  const url = new URL('/mcp', origin)
  const app = fastify({
    serverFactory: handle => {
      server.on('request', (request, response) => {
        requested.push(`${request.method} ${request.url}`)
        handle(request, response)
      })
      return server
    },
  })
  await app.register(scopeward, optionsFor(issuer, url.href))
  app.post('/mcp', { config: { access: 'tools:call' } }, async (request, reply) => {
    reply.hijack()
    await answer(request.raw, request.body, request.auth, reply.raw)
  })
  await app.ready()
  return { url, origin, requested, stop: () => close(server) }
}
