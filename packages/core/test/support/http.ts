import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Paths that were asked for, in order. */
  readonly paths: readonly string[]
}

/** A real server on a free port of the loopback interface; it ends with the test, whatever it has left open. */
export async function serve(handler: RequestListener): Promise<TestServer> {
  const paths: string[] = []
  const server: Server = createServer((request, response) => {
    paths.push(request.url ?? '')
    handler(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths }
}

/** A document that is asked for and never sent. */
export const NEVER: unique symbol = Symbol('never')

/** Serves JSON documents by path, and 404 elsewhere. The table may change while the server runs. */
export function serveDocuments(documents: Record<string, unknown>): Promise<TestServer> {
  return serve((request, response) => {
    const document = documents[request.url ?? '']
    if (document === NEVER) return
    if (document === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
}
