import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { type Certificate, createAuthority } from '@scopeward/testing'

const AUTHORITY = createAuthority('test authority')
const SERVER = AUTHORITY.issue('api.example.com')

/** Asks every client for a certificate, and judges none of them (RFC 8705 section 6.2). */
export const TLS_SERVER = {
  key: SERVER.privateKey,
  cert: SERVER.certificate,
  requestCert: true,
  rejectUnauthorized: false,
} as const

/** What a client needs to know the server, and to show itself. */
export function clientOf(certificate?: Certificate): { ca: string; cert?: string; key?: string } {
  const own = certificate && { cert: certificate.certificate, key: certificate.privateKey }
  return { ca: AUTHORITY.certificate, ...own }
}

export interface TlsAnswer {
  readonly status: number
  readonly head: string
}

/** One TLS connection to 127.0.0.1, on which requests follow one another. */
export class TlsClient {
  readonly #socket: TLSSocket
  #received = ''
  /** To be offered by the next connection; under TLS 1.3 it comes only after the handshake. */
  session: Buffer | undefined

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', text => {
      this.#received += text
    })
    socket.on('session', session => {
      this.session = session
    })
  }

  static async open(
    port: number,
    {
      version,
      certificate,
      session,
    }: { version: 'TLSv1.2' | 'TLSv1.3'; certificate?: Certificate; session?: Buffer | undefined },
  ): Promise<TlsClient> {
    const options = { host: '127.0.0.1', port, minVersion: version, maxVersion: version, ...clientOf(certificate) }
    const socket = connect(session === undefined ? options : { ...options, session })
    const client = new TlsClient(socket)
    await once(socket, 'secureConnect')
    return client
  }

  get isResumed(): boolean {
    return this.#socket.isSessionReused()
  }

  /** Sends the header lines and waits for the whole answer, whose length must be in its head. */
  async send(...lines: readonly string[]): Promise<TlsAnswer> {
    this.#received = ''
    this.#socket.write([...lines, 'Host: api.example.com', '', ''].join('\r\n'))
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      const head = this.#received.slice(0, Math.max(0, end))
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
      if (end !== -1 && this.#received.length >= end + 4 + length) {
        return { status: Number(head.split(' ')[1]), head }
      }
      await once(this.#socket, 'data')
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}
