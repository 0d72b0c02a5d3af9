import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { freePort } from '../../../packages/redis/test/support/redis-server.ts'

type Keys = readonly unknown[]

/** An issuer's metadata and key sets, for what the test issuer does not do: to be away, to move, to name another type. */
export class IssuerFront {
  readonly origin: string
  contentType = 'application/json'
  /** The path that the metadata names. */
  keySetPath = '/jwks'
  /** By path; anywhere else is 404. */
  readonly keySets = new Map<string, () => Keys>()
  readonly #port: number
  #server: Server | undefined

  private constructor(port: number) {
    this.#port = port
    this.origin = `http://127.0.0.1:${port}`
  }

  /** Ends with the test. */
  static async start(): Promise<IssuerFront> {
    const front = new IssuerFront(await freePort())
    await front.open()
    onTestFinished(() => front.close())
    return front
  }

  /** Also after `close()`. */
  async open(): Promise<void> {
    const server = createServer((request, response) => this.#answer(request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
  }

  /** Connections are refused from then on. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    await new Promise<void>(resolve => {
      if (server === undefined) return resolve()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const keys = this.keySets.get(url)
    const metadata = { issuer: this.origin, jwks_uri: `${this.origin}${this.keySetPath}` }
    const document = url.startsWith('/.well-known/') ? metadata : keys && { keys: keys() }
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': this.contentType })
    response.end(document && JSON.stringify(document))
  }
}
