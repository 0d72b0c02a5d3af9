/** One answer of the issuer, as it was seen on the way to the verifier. */
export interface SeenAnswer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  /** Parsed, where the body is JSON. */
  readonly document: unknown
  readonly bytes: number
  /** How far the clock of the other side is ahead of ours, by its header `Date`; `undefined` where it sends none. */
  readonly clockAheadSeconds: number | undefined
  readonly durationMilliseconds: number
}

export interface RecordingFetch {
  readonly fetch: typeof globalThis.fetch
  readonly answers: readonly SeenAnswer[]
}

const MAX_BYTES = 512 * 1024

/**
 * A `fetch` that keeps what came back, so that a verdict can be explained with the very answers that it rests on. The body
 * is read here, as far as the verifier would, and handed on.
 */
export function recordingFetch(inner: typeof globalThis.fetch = globalThis.fetch): RecordingFetch {
  const answers: SeenAnswer[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const sentAt = Date.now()
    const response = await inner(input, init)
    const receivedAt = Date.now()
    const body = await readUpTo(response, MAX_BYTES + 1)
    answers.push({
      url: input instanceof Request ? input.url : String(input),
      status: response.status,
      headers: response.headers,
      document: parsed(body),
      bytes: body.length,
      clockAheadSeconds: clockAhead(response.headers.get('date'), sentAt, receivedAt),
      durationMilliseconds: Date.now() - sentAt,
    })
    const { status, headers } = response
    return new Response(hasNoBody(status) ? null : body, { status, headers: withoutEncoding(headers) })
  }
  return { fetch, answers }
}

async function readUpTo(response: Response, limit: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length >= limit) break
  }
  return Buffer.concat(chunks)
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/** What is handed on is decoded already. */
function withoutEncoding(headers: Headers): Headers {
  const kept = new Headers(headers)
  kept.delete('content-encoding')
  kept.delete('content-length')
  return kept
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** `Date` has whole seconds: what lies within the second, and within the time the answer took, is no difference. */
function clockAhead(date: string | null, sentAt: number, receivedAt: number): number | undefined {
  const told = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(told)) return undefined
  if (told > receivedAt) return Math.round((told - receivedAt) / 1000)
  if (told + 1000 < sentAt) return -Math.round((sentAt - told - 1000) / 1000)
  return 0
}
