import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { IntrospectionOptions } from '../../src/options/introspection.ts'
import { AUDIENCE } from './tokens.ts'

/** A request that arrived at the endpoint. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: URLSearchParams
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** An introspection endpoint that answers whatever a test wants, on a real port. It ends with the test. */
export interface Endpoint {
  readonly issuer: string
  readonly url: string
  readonly asked: Asked[]
  /** For every question from now on; a promise holds the answer back. */
  reply: (asked: Asked) => Reply | Promise<Reply>
}

export async function startEndpoint(): Promise<Endpoint> {
  const server = createServer((request, response) => void serve(request, response, endpoint))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const endpoint: Endpoint = { issuer, url: `${issuer}/introspect`, asked: [], reply: () => json(active()) }
  return endpoint
}

async function serve(request: IncomingMessage, response: ServerResponse, endpoint: Endpoint): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const form = new URLSearchParams(Buffer.concat(chunks).toString('latin1'))
  const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, form }
  endpoint.asked.push(asked)
  const { status = 200, headers = {}, body } = await endpoint.reply(asked)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

export function json(document: unknown): Reply {
  return { body: JSON.stringify(document) }
}

/** An honest answer about a token of a service; `undefined` takes a member away. */
export function active(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000)
  return {
    active: true,
    token_type: 'Bearer',
    client_id: 'billing',
    sub: 'billing',
    aud: AUDIENCE,
    scope: 'reports:read',
    iat: now - 10,
    exp: now + 300,
    ...changes,
  }
}

export const BASIC = { method: 'client_secret_basic', clientSecret: 'correct horse battery staple' } as const

/** What is configured for an issuer with this endpoint. */
export function introspectionAt(endpoint: Endpoint, changes: Partial<IntrospectionOptions> = {}): IntrospectionOptions {
  return {
    issuer: endpoint.issuer,
    introspectionEndpoint: endpoint.url,
    clientId: 'reports-api',
    clientAuthentication: BASIC,
    ...changes,
  }
}
