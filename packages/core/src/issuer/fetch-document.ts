import { type JsonObject, parseJsonObject } from '../shared/json.ts'

/** Why a document of the issuer could not be had. The message is for operators and holds nothing that the issuer sent. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
}

export interface FetchedBody {
  readonly status: number
  readonly bytes: Uint8Array
  readonly headers: Headers
}

export interface FetchedDocument {
  readonly document: JsonObject
  /** `max-age` of the response's Cache-Control, `undefined` where it gives none. */
  readonly maxAgeSeconds: number | undefined
}

export interface Fetcher {
  readonly fetch: typeof globalThis.fetch
  readonly timeoutSeconds: number
}

/** As the options of the application have it. */
export function fetcherOf({
  fetch,
  fetchTimeoutSeconds,
}: {
  readonly fetch: typeof globalThis.fetch
  readonly fetchTimeoutSeconds: number
}): Fetcher {
  return { fetch, timeoutSeconds: fetchTimeoutSeconds }
}

/** A key set of a hundred 8192-bit keys fits four times. Counted after decompression, so a small body cannot unfold. */
const MAX_BODY_BYTES = 512 * 1024

/** Fetches one strict JSON object. @throws FetchFailure and nothing else */
export async function fetchDocument(url: string, fetcher: Fetcher): Promise<FetchedDocument> {
  const accept = 'application/json, application/jwk-set+json'
  const { bytes, headers } = await fetchBody(url, { headers: { accept } }, fetcher)
  return { document: readDocument(bytes), maxAgeSeconds: maxAgeOf(headers.get('cache-control')) }
}

/** @throws FetchFailure */
export function readDocument(bytes: Uint8Array): JsonObject {
  const document = parseJsonObject(bytes)
  if (document === undefined) throw new FetchFailure('the answer was not a strict JSON object')
  return document
}

const OK: readonly number[] = [200]

/**
 * Sends one request and reads the body of a 200, or of another status that means something. One deadline over connection, headers and body; no redirects; at most
 * 512 KiB. The media type is not checked: the URL is trusted, the content is parsed strictly, and real key sets are served
 * under any type.
 * @throws FetchFailure and nothing else
 */
export async function fetchBody(
  url: string,
  request: RequestInit,
  { fetch, timeoutSeconds }: Fetcher,
  statuses: readonly number[] = OK,
): Promise<FetchedBody> {
  const deadline = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new FetchFailure(`no complete answer within ${timeoutSeconds} s`))
      deadline.abort()
    }, timeoutSeconds * 1000)
  })
  try {
    const sent = fetch(url, { ...request, redirect: 'error', signal: deadline.signal })
    // The race also ends what a `fetch` of the application's does that does not heed the signal.
    return await Promise.race([late, sent.then(response => read(response, statuses))])
  } catch (error) {
    throw error instanceof FetchFailure ? error : new FetchFailure(`the request failed (${networkCode(error)})`)
  } finally {
    clearTimeout(timer)
  }
}

async function read(response: Response, statuses: readonly number[]): Promise<FetchedBody> {
  if (!statuses.includes(response.status)) {
    await response.body?.cancel()
    throw new FetchFailure(`the answer had status ${response.status}`)
  }
  return { status: response.status, bytes: await readBytes(response), headers: response.headers }
}

async function readBytes(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > MAX_BODY_BYTES) throw new FetchFailure(`the answer was larger than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function maxAgeOf(cacheControl: string | null): number | undefined {
  for (const directive of cacheControl?.split(',') ?? []) {
    const [name, value = ''] = directive.split('=')
    if (name?.trim().toLowerCase() !== 'max-age') continue
    const seconds = Number(value.trim().replaceAll('"', ''))
    if (value.trim() !== '' && seconds >= 0) return seconds
  }
  return undefined
}

/** `ECONNREFUSED` and its like; not the message, which can carry text from the other side. */
function networkCode(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } | null }
  const found = cause?.code ?? code
  return typeof found === 'string' ? found : 'network error'
}
