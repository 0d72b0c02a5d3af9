import type { RequestHeaders } from './credentials.ts'
import { KeptConnection } from './kept-connection.ts'
import type { Stream } from './load-order.ts'
import { sharedNow } from './pacer.ts'
import { Responses } from './responses.ts'

/** Requests that are sent at given times on a few connections. */
export class PacedStream {
  readonly times: readonly number[]
  readonly #connections: readonly KeptConnection[]
  readonly #free: KeptConnection[]
  readonly #requests: readonly string[]
  readonly #responses: Responses
  /** When those requests came up that wait for a connection; to wait is part of their latency. */
  readonly #waiting: number[] = []
  #due = 0
  #sent = 0

  private constructor(
    connections: readonly KeptConnection[],
    requests: readonly string[],
    stream: Stream,
    times: readonly number[],
  ) {
    this.#connections = connections
    this.#free = [...connections]
    this.#requests = requests
    this.#responses = new Responses(stream.expectedStatuses)
    this.times = times
  }

  /** Resolves when all connections are open. @param times in order, by `sharedNow` */
  static async open(
    url: string,
    stream: Stream,
    headers: readonly RequestHeaders[],
    times: readonly number[],
  ): Promise<PacedStream> {
    const { hostname, port } = new URL(url)
    const opened = Array.from({ length: stream.connections }, () => KeptConnection.open(hostname, Number(port)))
    const requests = headers.map(of => requestText(url, of))
    return new PacedStream(await Promise.all(opened), requests, stream, times)
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0 || this.#free.length < this.#connections.length
  }

  sendDue(): void {
    const now = sharedNow()
    while ((this.times[this.#due] ?? Number.POSITIVE_INFINITY) <= now) {
      this.#due++
      this.#waiting.push(now)
    }
    while (this.#waiting.length > 0 && this.#free.length > 0) {
      this.#send(this.#free.shift() as KeptConnection, this.#waiting.shift() as number)
    }
  }

  close(): Responses {
    for (const connection of this.#connections) connection.close()
    return this.#responses
  }

  #send(connection: KeptConnection, since: number): void {
    const request = this.#requests[this.#sent++ % this.#requests.length] as string
    connection.send(request, status => {
      this.#responses.add(status, sharedNow() - since)
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(connection)
      else this.#send(connection, next)
    })
  }
}

function requestText(url: string, headers: RequestHeaders): string {
  const { host, pathname } = new URL(url)
  const fields = Object.entries({ Host: host, Connection: 'keep-alive', ...headers })
  return [`GET ${pathname} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
}
