/**
 * Headers in one of the forms that hosts have them in. Prefer `rawHeaders` of `node:http`: it alone shows a header that
 * was sent twice. `IncomingMessage.headers` silently keeps the first of two `Authorization` headers.
 */
export type HeaderSource =
  | readonly string[]
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Headers

/** What is asked of a connection. A socket of Node is one. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined
  /** The certificate that the client proved to have in the TLS handshake; `raw` is its DER. Trusted to be just that. */
  getPeerX509Certificate?(): { readonly raw: Uint8Array } | undefined
}

/** One HTTP request as far as access control needs to know it. */
export interface ResourceRequest {
  readonly method: string
  /** Request target as received, or the absolute URL. Not interpreted yet. */
  readonly url: string
  /** Flat `[name, value, name, value, …]` as in `rawHeaders`, a record, or `Headers`. */
  readonly headers: HeaderSource
  /**
   * The connection that the request came over, as `node:http` and `node:tls` have it. Needed where tokens are bound to
   * client certificates, and for the option `trustedProxy`.
   */
  readonly socket?: PeerSocket | undefined
  /**
   * An object that stands for this very request and for no other, where it may be checked more than once, by guards one after
   * the other: its DPoP proof is then used up once. Default: every check is of a request of its own.
   */
  readonly identity?: object | undefined
  /** Pattern of the route that was reached, for events. Not used for decisions. */
  readonly route?: string | undefined
  /** What the predicates of `satisfies` receive as the request. Default: this object. */
  readonly source?: unknown
}
