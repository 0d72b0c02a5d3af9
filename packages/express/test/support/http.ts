import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Application } from 'express'
import { onTestFinished } from 'vitest'

export interface Api {
  readonly port: number
  /** Stops taking requests; also done when the test ends. */
  close(): Promise<void>
}

/** Serves the app on a free port of 127.0.0.1 until the test ends. */
export async function serve(app: Application): Promise<Api> {
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closed
  }
  onTestFinished(close)
  return { port: (server.address() as AddressInfo).port, close }
}

export interface Call {
  readonly method?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request on a connection of its own. */
export function send(
  { port }: Api,
  path: string,
  { method = 'GET', token, headers, body }: Call = {},
): Promise<Answer> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: { ...authorization, ...headers } },
      response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The answer exactly as it came over the wire, without its Date, to a request exactly as written: one line each. */
export function sendRaw({ port }: Api, ...lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => {
      socket.write([...lines, 'Host: api.example.com', 'Connection: close', '', ''].join('\r\n'), 'latin1')
    })
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(withoutDate(Buffer.concat(chunks).toString())))
  })
}

export function statusOf(wire: string): number {
  return Number(wire.split(' ', 2)[1])
}

function withoutDate(wire: string): string {
  return wire
    .split('\r\n')
    .filter(line => !line.startsWith('Date: '))
    .join('\r\n')
}
