import type { IncomingMessage } from 'node:http'
import { TokenError } from './token-error.ts'

/** Parameters of a token or introspection request; one sent without a value counts as not sent (RFC 6749 section 3.2). */
export type TokenRequest = ReadonlyMap<string, readonly string[]>

const FORM = 'application/x-www-form-urlencoded'
const MAX_BODY_BYTES = 64 * 1024

/** RFC 8707 section 2 and RFC 8693 section 2.1 let these two be repeated; everything else at most once. */
const REPEATABLE: ReadonlySet<string> = new Set(['resource', 'audience'])

/**
 * Reads a form, or the JSON object that some authorization servers take instead.
 * @throws TokenError `invalid_request`
 */
export async function readTokenRequest(request: IncomingMessage): Promise<TokenRequest> {
  const body = await readBody(request)
  if (mediaType(request) === 'application/json') return collect(jsonPairs(body))
  if (mediaType(request) === FORM) return collect(new URLSearchParams(body))
  throw new TokenError('invalid_request', `the body must be ${FORM} or application/json`)
}

/**
 * Reads a form, and nothing else.
 * @throws TokenError `invalid_request`
 */
export async function readForm(request: IncomingMessage): Promise<TokenRequest> {
  const body = await readBody(request)
  if (mediaType(request) === FORM) return collect(new URLSearchParams(body))
  throw new TokenError('invalid_request', `the body must be ${FORM}`)
}

function mediaType(request: IncomingMessage): string | undefined {
  return request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
}

function collect(pairs: Iterable<readonly [string, string]>): TokenRequest {
  const parameters = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    if (value === '') continue
    const values = parameters.get(name)
    if (values === undefined) parameters.set(name, [value])
    else if (REPEATABLE.has(name)) values.push(value)
    else throw new TokenError('invalid_request', `${name} is given more than once`)
  }
  return parameters
}

/** Reads to the end, also what is too large: an answer in the middle of an upload would be lost with the connection. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (length > MAX_BODY_BYTES) throw new TokenError('invalid_request', 'the body is larger than 64 KiB', 413)
  return Buffer.concat(chunks).toString('utf8')
}

function jsonPairs(body: string): readonly (readonly [string, string])[] {
  const parsed = parseJson(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TokenError('invalid_request', 'the body is not a JSON object')
  }
  return Object.entries(parsed).flatMap(([name, value]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.map((each): readonly [string, string] => {
      if (typeof each === 'string') return [name, each]
      throw new TokenError('invalid_request', `${name} is not a string`)
    })
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TokenError('invalid_request', 'the body is not JSON')
  }
}
