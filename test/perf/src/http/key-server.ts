import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'

/** Publishes keys as an authorization server does, at `/.well-known/jwks.json`. */
export class KeyServer {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(keys: readonly JWK[]): Promise<KeyServer> {
    const body = JSON.stringify({ keys })
    const server = createServer((_request, response) => {
      response
        .setHeader('Content-Type', 'application/json')
        .setHeader('Content-Length', Buffer.byteLength(body))
        .end(body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new KeyServer(server)
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
