import type { ResourceMetadata } from '../options/parse-resource-metadata.ts'

/** The document that tells clients where to get tokens for this API, and how it is served. @see RFC 9728 */
export interface ProtectedResourceMetadata {
  /** Where clients find it: what every challenge names as `resource_metadata`. */
  readonly url: string
  /** The path of that URL, to be served at the root of the origin. */
  readonly path: string
  /** What it says. Frozen. */
  readonly document: ResourceMetadata['document']
  /** The answer to a request for the path: 200, 204 for a preflight, 405 for methods that make no sense there. */
  respondTo(method: string): MetadataResponse
}

/** The answer to a request for the metadata, as an adapter sends it. */
export interface MetadataResponse {
  readonly status: 200 | 204 | 405
  readonly headers: Readonly<Record<string, string>>
  /** Empty but for GET. */
  readonly body: string
}

const ALLOWED = 'GET, HEAD, OPTIONS'

/** Clients in browsers read it, and ask first where they add headers of their own, as MCP clients do. */
const CORS = { 'Access-Control-Allow-Origin': '*' } as const
const PREFLIGHT = {
  ...CORS,
  'Access-Control-Allow-Methods': ALLOWED,
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
} as const

/** It changes with a deployment at most (RFC 9728 section 7.10). */
const CACHE_CONTROL = 'public, max-age=3600'

export function protectedResourceMetadata({ url, path, document }: ResourceMetadata): ProtectedResourceMetadata {
  const body = JSON.stringify(document)
  const headers = Object.freeze({
    ...CORS,
    'Cache-Control': CACHE_CONTROL,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
  })
  const found: MetadataResponse = Object.freeze({ status: 200, headers, body })
  const withoutBody: MetadataResponse = Object.freeze({ status: 200, headers, body: '' })
  return Object.freeze({
    url,
    path,
    document,
    respondTo(method: string) {
      if (method === 'GET') return found
      if (method === 'HEAD') return withoutBody
      return method === 'OPTIONS' ? ALLOWED_ANSWER : REFUSED_ANSWER
    },
  })
}

const ALLOWED_ANSWER: MetadataResponse = Object.freeze({ status: 204, headers: Object.freeze(PREFLIGHT), body: '' })
const REFUSED_ANSWER: MetadataResponse = Object.freeze({
  status: 405,
  headers: Object.freeze({ ...CORS, Allow: ALLOWED, 'Content-Length': '0' }),
  body: '',
})
