import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Answer } from '../oracle/wire.ts'

const LENGTH = /\r\ncontent-length: (\d+)/i
const CHALLENGE = /\r\nwww-authenticate: ([^\r]*)/i
const RETRY_AFTER = /\r\nretry-after: ([^\r]*)/i

/** A connection that carries one request after the other: Node's own client takes longer than the server that it asks. */
export class Connection {
  readonly #socket: Socket
  #received = ''
  #waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (reason: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', chunk => this.#receive(String(chunk)))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the connection was closed')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** One at a time. Rejects where no whole answer comes. */
  ask(path: string, headers: readonly string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      if (this.#socket.destroyed) return this.#fail(new Error('the connection is closed'))
      this.#socket.write([`GET ${path} HTTP/1.1`, 'Host: api.example.com', ...headers, '', ''].join('\r\n'), 'latin1')
    })
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: string): void {
    this.#received += chunk
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#received.slice(0, end)
    const length = Number(LENGTH.exec(head)?.[1])
    if (!(this.#received.length >= end + 4 + length)) return
    const body = this.#received.slice(end + 4)
    this.#received = ''
    const { resolve } = this.#waiting ?? {}
    this.#waiting = undefined
    resolve?.({
      status: Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)),
      challenge: CHALLENGE.exec(head)?.[1],
      retryAfter: RETRY_AFTER.exec(head)?.[1],
      body,
    })
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}
