import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'

/** Real HTTP on a free loopback port. Serves bytes as they are, so that a broken document arrives as broken as it is. */
export interface DocumentServer {
  readonly origin: string
  /** Serves `body` at `path` from now on and forgets how often the path was asked for. Returns its URL. */
  publish(path: string, body: string | Uint8Array): string
  hits(path: string): number
  close(): Promise<void>
}

async function startDocumentServer(): Promise<DocumentServer> {
  const bodies = new Map<string, string | Uint8Array>()
  const hits = new Map<string, number>()
  const server = createServer(({ url = '' }, response) => {
    hits.set(url, (hits.get(url) ?? 0) + 1)
    const body = bodies.get(url)
    response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'application/json' }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    publish(path, body) {
      bodies.set(path, body)
      hits.delete(path)
      return origin + path
    },
    hits: path => hits.get(path) ?? 0,
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** One server for the tests of the enclosing block. */
export function useDocumentServer(): () => DocumentServer {
  let server: DocumentServer
  beforeAll(async () => {
    server = await startDocumentServer()
  })
  afterAll(() => server.close())
  return () => server
}
