import type { JsonObject, JsonValue } from '../shared/json.ts'
import { isLoopback } from '../shared/loopback.ts'
import { parseUrl } from '../shared/uri.ts'
import { type Fetcher, FetchFailure, fetchDocument } from './fetch-document.ts'

/**
 * What `read` finds in the issuer's metadata: RFC 8414 first, OpenID Connect Discovery second. The document's `issuer`
 * must be the configured one, code point by code point, else none of it is used.
 * @throws FetchFailure that says what was wrong at each place
 * @see RFC 8414 sections 3.1 and 3.3, OpenID Connect Discovery 1.0 section 4
 */
export async function discover<T>(issuer: string, fetcher: Fetcher, read: (metadata: JsonObject) => T): Promise<T> {
  const failures: string[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const { document } = await fetchDocument(url, fetcher)
      if (document.issuer !== issuer) throw new FetchFailure('its issuer is not the option "issuer" to the letter')
      return read(document)
    } catch (error) {
      failures.push(`${new URL(url).pathname}: ${(error as FetchFailure).message}`)
    }
  }
  throw new FetchFailure(`no usable metadata; ${failures.join('; ')}`)
}

/** RFC 8414 puts the well-known part between host and path, OpenID Connect appends it; both drop a final slash first. */
function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/** A URL that metadata names. @throws FetchFailure where it is none, or not https */
export function metadataUrl(value: JsonValue | undefined, name: string, allowHttpOnLoopback: boolean): string {
  if (typeof value !== 'string') throw new FetchFailure(`it has no valid ${name}`)
  const url = parseUrl(value)
  if (url === undefined) throw new FetchFailure(`it has no valid ${name}`)
  const { protocol, hostname } = url
  const allowed = protocol === 'https:' || (protocol === 'http:' && allowHttpOnLoopback && isLoopback(hostname))
  if (!allowed) throw new FetchFailure(`its ${name} is not an https URL`)
  return value
}
