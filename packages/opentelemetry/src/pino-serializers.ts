import type { Access, Denial } from '@scopeward/core'

/** Who called, and with which scopes. No claims, which may be personal. */
export interface LoggedAccess {
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  readonly kind: string
  readonly scopes: readonly string[]
}

/** What was answered. No header, one of which may be a nonce. */
export interface LoggedDenial {
  readonly code: string
  readonly status: number
}

/** Which request it was. No header and no query: both can hold tokens. */
export interface LoggedRequest {
  readonly id?: string | number
  readonly method: string
  readonly path: string
  readonly remoteAddress?: string
}

/**
 * For pino, and for what logs with it: `pino({ serializers: pinoSerializers })`, then `log.info({ auth: request.auth })`.
 * `auth` takes an access, `denial` the answer to a refused request, `req` a request of Node, Express, Fastify or pino-http.
 * What is none of these is left out of the line, whatever it is: it might be the token. They never throw.
 */
export const pinoSerializers: {
  readonly auth: (access: Access | null | undefined) => LoggedAccess | null | undefined
  readonly denial: (denial: Denial | null | undefined) => LoggedDenial | null | undefined
  readonly req: (request: object | null | undefined) => LoggedRequest | null | undefined
} = Object.freeze({
  auth: careful<Access, LoggedAccess>(({ issuer, clientId, subject, kind, scopes }) => {
    const isAccess = [issuer, clientId, subject, kind].every(isText) && Symbol.iterator in scopes
    return isAccess ? { issuer, clientId, subject, kind, scopes: [...scopes] } : undefined
  }),
  denial: careful<Denial, LoggedDenial>(({ code, status }) =>
    isText(code) && typeof status === 'number' ? { code, status } : undefined,
  ),
  req: careful<RequestShape, LoggedRequest>(request => {
    const { id, method, originalUrl, url, socket, remoteAddress = socket?.remoteAddress } = request
    // Express takes the mount path off `url`.
    const target = originalUrl ?? url
    if (!isText(method) || !isText(target)) return undefined
    const [path = ''] = target.split('?')
    return { ...(isId(id) && { id }), method, path, ...(isText(remoteAddress) && { remoteAddress }) }
  }),
})

/** What the requests of those frameworks have in common. */
interface RequestShape {
  readonly id?: unknown
  readonly method?: unknown
  readonly originalUrl?: unknown
  readonly url?: unknown
  readonly remoteAddress?: unknown
  readonly socket?: { readonly remoteAddress?: unknown } | null
}

/** pino lets what a serializer throws through to whoever logs, which is the handler of a request. */
function careful<Value extends object, Logged>(
  serialize: (value: Value) => Logged | undefined,
): (value: object | null | undefined) => Logged | null | undefined {
  return value => {
    if (value === null) return null
    try {
      return typeof value === 'object' ? serialize(value as Value) : undefined
    } catch {
      return undefined
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
