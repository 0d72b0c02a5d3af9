import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { close, listen } from './listen.ts'

/** Where connections of the proxy come from: another address than that of clients, which are at 127.0.0.1. */
export const PROXY_ADDRESS = '127.0.0.2'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** A reverse proxy that takes turns with its upstream servers. */
export interface ReverseProxy {
  readonly origin: string
  /** Origins. */
  upstreams: readonly string[]
  /** Changes the headers of a request on their way; `undefined` takes one out. Default: changes none. */
  rewrite: (request: IncomingMessage) => Headers
  stop(): Promise<void>
}

/** @param tls listens with TLS, which ends here */
export async function startProxy(tls?: ServerOptions): Promise<ReverseProxy> {
  let turn = 0
  const forward: RequestListener = (request, response) => {
    const upstream = new URL(String(proxy.upstreams[turn++ % proxy.upstreams.length]))
    const headers = Object.entries({ ...request.headers, ...proxy.rewrite(request) })
    const forwarded = httpRequest({
      host: upstream.hostname,
      port: upstream.port,
      localAddress: PROXY_ADDRESS,
      method: request.method,
      path: request.url,
      headers: Object.fromEntries(headers.filter((header): header is [string, string] => header[1] !== undefined)),
    })
    forwarded.on('response', answer => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    request.pipe(forwarded)
  }
  const server = tls === undefined ? createServer(forward) : (createTlsServer(tls, forward) as unknown as Server)
  const origin = (await listen(server)).replace('http:', tls === undefined ? 'http:' : 'https:')
  const proxy: ReverseProxy = { origin, upstreams: [], rewrite: () => ({}), stop: () => close(server) }
  return proxy
}
