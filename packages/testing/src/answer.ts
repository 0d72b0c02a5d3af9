import type { ServerResponse } from 'node:http'

/** A complete HTTP answer, before it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** The answer to a method that the endpoint does not have (RFC 9110 section 15.5.6). */
export function methodNotAllowed(allow: string): Answer {
  return { status: 405, headers: { allow }, body: '' }
}
