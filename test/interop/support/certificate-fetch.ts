import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, type AgentOptions, request } from 'node:https'
import type { Authority, Certificate } from '@scopeward/testing'
import type { ClientFetch } from './bound-callers.ts'

export interface CertificateFetchOptions {
  /** Whom the client trusts. */
  readonly authority: Authority
  /** With which it proves who it is; `undefined`: it does not. */
  readonly certificate?: Certificate | undefined
  /** Of the connections, such as their TLS version. */
  readonly connection?: AgentOptions
}

/**
 * A `fetch` with a client certificate, for the `customFetch` of both libraries: the one of Node takes none. Connections
 * are kept; TLS sessions are resumed on new ones.
 */
export function fetchWith({ authority, certificate, connection }: CertificateFetchOptions): ClientFetch {
  const agent = new Agent({
    keepAlive: true,
    ca: authority.certificate,
    ...(certificate && { cert: certificate.certificate, key: certificate.privateKey }),
    ...connection,
  })
  return async (url, { method, headers, body }) => {
    if (!url.startsWith('https:')) return fetch(url, { method, headers, body: textOf(body) })
    const sent = request(url, { agent, method, headers })
    sent.end(textOf(body))
    const [received] = (await once(sent, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of received) chunks.push(chunk as Buffer)
    const { statusCode: status, rawHeaders } = received
    return new Response(Buffer.concat(chunks), { status: Number(status), headers: pairsOf(rawHeaders) })
  }
}

/** Both libraries send forms and texts. */
function textOf(body: unknown): string | null {
  return body === null || body === undefined ? null : String(body)
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < rawHeaders.length; i += 2) pairs.push([String(rawHeaders[i]), String(rawHeaders[i + 1])])
  return pairs
}
