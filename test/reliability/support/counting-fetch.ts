/** The real `fetch`, with a count of what is read of the bodies of its answers, after decompression. */
export interface CountingFetch {
  readonly fetch: typeof globalThis.fetch
  /** Of the answer of which most was read. */
  readonly mostBytes: () => number
}

export function countingFetch(): CountingFetch {
  let most = 0
  const countedChunks = async function* (body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0
    for await (const chunk of body) {
      bytes += chunk.byteLength
      most = Math.max(most, bytes)
      yield chunk
    }
  }
  const fetch = async (url: Parameters<typeof globalThis.fetch>[0], init?: RequestInit): Promise<Response> => {
    const response = await globalThis.fetch(url, init)
    if (response.body === null) return response
    // A stream made from a generator reads nothing ahead, so that the count is what the library asked for.
    return new Response(ReadableStream.from(countedChunks(response.body)), response)
  }
  return { fetch, mostBytes: () => most }
}
