/** Redis could not be asked, or what it says cannot be relied on. Requests are answered with 503 meanwhile. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable'
}

/** An old Redis, or a proxy, that knows no `HELLO` says what it was sent with it: the password. */
const ECHO = /,? with args beginning with.*/s

const URL_WITH_SCHEME = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi

/** In words for operators, who find it in events and logs: without URLs, and without what was sent. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for no given reason'
  // Node's AggregateError of several failed addresses has no message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error.message.replace(ECHO, '').replace(URL_WITH_SCHEME, '(a URL)') || error.constructor.name
}
