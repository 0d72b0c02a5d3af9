/**
 * Headers in one of the forms that hosts have them in. Prefer `rawHeaders` of `node:http`: it alone shows a header that
 * was sent twice. `IncomingMessage.headers` silently keeps the first of two `Authorization` headers.
 */
export type HeaderSource =
  | readonly string[]
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Headers

/** One HTTP request as far as access control needs to know it. */
export interface ResourceRequest {
  readonly method: string
  /** Request target as received, or the absolute URL. Not interpreted yet. */
  readonly url: string
  /** Flat `[name, value, name, value, …]` as in `rawHeaders`, a record, or `Headers`. */
  readonly headers: HeaderSource
  /** Pattern of the route that was reached, for events. Not used for decisions. */
  readonly route?: string | undefined
  /** What the predicates of `satisfies` receive as the request. Default: this object. */
  readonly source?: unknown
}
