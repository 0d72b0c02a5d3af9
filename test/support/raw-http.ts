import { connect } from 'node:net'

/** A response as it stood on the wire. */
export interface RawResponse {
  readonly status: number
  /** `[name, value]`, names in lower case, in the order in which they came. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  /** Every byte, as latin1. */
  readonly raw: string
}

export interface RawRequest {
  readonly method?: string
  readonly path?: string
  /** Header lines as they go out; neither checked nor escaped, so that they may be malformed or stand there twice. */
  readonly headers?: readonly string[]
  readonly body?: string
  readonly version?: '1.0' | '1.1'
}

/** The exact text of a request that asks for the connection to be closed. Host is the same for every server. */
export function requestText({ method = 'GET', path = '/', headers = [], body, version = '1.1' }: RawRequest): string {
  const lines = [`${method} ${path} HTTP/${version}`]
  if (version === '1.1') lines.push('Host: api.example.com', 'Connection: close')
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body, 'latin1')}`)
  return `${[...lines, ...headers].join('\r\n')}\r\n\r\n${body ?? ''}`
}

const DEADLINE_MILLISECONDS = 5000

/** Sends bytes and reads until the server closes the connection. Rejects where no answer came: a server must not hang. */
export function exchange(port: number, text: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.setTimeout(DEADLINE_MILLISECONDS, () => socket.destroy(new Error('the server did not answer')))
    signal?.addEventListener('abort', () => socket.destroy(new Error('the request was given up')))
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}

export async function send(port: number, request: RawRequest, signal?: AbortSignal): Promise<RawResponse> {
  return parseResponse(await exchange(port, requestText(request), signal))
}

/** One response that ends with the connection and has no transfer coding. */
export function parseResponse(raw: string): RawResponse {
  const end = raw.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = raw.slice(0, end).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  if (end === -1 || !Number.isInteger(status)) throw new Error(`not an HTTP response: ${JSON.stringify(raw)}`)
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { status, headers, body: raw.slice(end + 4), raw }
}

/** All values of a header, so that one that was sent twice shows. */
export function valuesOf({ headers }: Pick<RawResponse, 'headers'>, name: string): readonly string[] {
  return headers.filter(([each]) => each === name).map(([, value]) => value)
}
