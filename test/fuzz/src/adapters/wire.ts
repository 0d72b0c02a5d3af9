import { connect } from 'node:net'

/** A request, byte for byte: header lines are neither checked nor escaped. */
export interface WireRequest {
  readonly method: string
  readonly target: string
  readonly version: '1.0' | '1.1'
  readonly headers: readonly string[]
  readonly body: string | undefined
}

export interface WireResponse {
  readonly status: number
  /** All values of a header, in order. */
  readonly values: (name: string) => readonly string[]
  readonly body: string
}

/** What comes first where a request expects it. */
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

const DEADLINE_MILLISECONDS = 15_000

export async function send(port: number, request: WireRequest): Promise<WireResponse> {
  return readResponse((await exchange(port, textOf(request))).replace(CONTINUE, ''))
}

function textOf({ method, target, version, headers, body }: WireRequest): string {
  const lines = [`${method} ${target} HTTP/${version}`, 'Connection: close', ...headers]
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body, 'latin1')}`)
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}

/** Reads until the server closes the connection. A server that does not answer is a finding. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.setTimeout(DEADLINE_MILLISECONDS, () => socket.destroy(new Error('the server does not answer')))
    socket.on('data', chunk => chunks.push(chunk))
    // A server that refuses a request before it has read all of it resets the connection once it has answered.
    socket.on('error', error => (chunks.length === 0 ? reject(error) : undefined))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}

function readResponse(raw: string): WireResponse {
  const end = raw.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = raw.slice(0, end).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  if (end === -1 || !Number.isInteger(status)) throw new Error(`no HTTP response: ${JSON.stringify(raw.slice(0, 200))}`)
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const values = (name: string) => headers.filter(([each]) => each === name).map(([, value]) => value)
  return { status, values, body: raw.slice(end + 4) }
}
