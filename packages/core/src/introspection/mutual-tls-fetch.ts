import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { Readable } from 'node:stream'
import type { SecureContext } from 'node:tls'

/**
 * `fetch` with a client certificate, for as much of it as introspection uses. Node's own takes a certificate only through
 * another package; `node:https` has always done it. Follows no redirect.
 * @see RFC 8705 section 2
 */
export function mutualTlsFetch(secureContext: SecureContext): typeof globalThis.fetch {
  // Not the global one: it takes no notice of secure contexts, and lends connections and TLS sessions to whoever asks the
  // same host, so that one client would speak as another, or to a server that only another trusts.
  // Idle connections end soon, so that those of a definition that was replaced do not pile up.
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MILLISECONDS })
  return (url, { method = 'GET', headers, body, signal } = {}) => {
    const options = { method, headers: Object.fromEntries(new Headers(headers)), secureContext, agent }
    const content = body === undefined || body === null ? undefined : String(body)
    const send = (): Promise<Response> =>
      new Promise((resolve, reject) => {
        const outgoing = request(String(url), signal ? { ...options, signal } : options, incoming => {
          try {
            resolve(responseOf(incoming))
          } catch (error) {
            incoming.destroy()
            reject(error)
          }
        })
        outgoing.once('error', error => reject(outgoing.reusedSocket ? new ReusedConnectionFailed(error) : error))
        outgoing.end(content)
      })
    // A server may close an idle connection in the moment in which it is used again; asking twice does no harm.
    return send().catch(error =>
      error instanceof ReusedConnectionFailed && !signal?.aborted ? send() : Promise.reject(error),
    )
  }
}

const IDLE_MILLISECONDS = 30_000

class ReusedConnectionFailed extends Error {
  constructor(cause: Error) {
    super('a connection that was used before failed', { cause })
  }
}

const WITHOUT_BODY: readonly (number | undefined)[] = [204, 205, 304]

/** @throws RangeError, TypeError for a status that `Response` does not take */
function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const hasBody = !WITHOUT_BODY.includes(incoming.statusCode)
  const content = hasBody ? (Readable.toWeb(incoming) as ReadableStream<Uint8Array>) : null
  return new Response(content, { status: incoming.statusCode ?? 500, headers })
}
