import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i

/** A connection that carries one request after the other. Node's own client takes longer than the server that it asks. */
export class KeptConnection {
  readonly #socket: Socket
  #received = ''
  #onStatus: (status: number) => void = () => undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', chunk => this.#receive(String(chunk)))
  }

  static async open(host: string, port: number): Promise<KeptConnection> {
    const socket = connect(port, host)
    await once(socket, 'connect')
    return new KeptConnection(socket)
  }

  /** @param onStatus called when the whole response is there; only then may the next request be sent */
  send(request: string, onStatus: (status: number) => void): void {
    this.#onStatus = onStatus
    this.#socket.write(request, 'latin1')
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: string): void {
    this.#received += chunk
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const length = LENGTH.exec(this.#received)?.[1]
    if (length === undefined) throw new Error('A response without Content-Length.')
    if (this.#received.length < headEnd + 4 + Number(length)) return
    const status = Number(this.#received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    this.#received = ''
    this.#onStatus(status)
  }
}
