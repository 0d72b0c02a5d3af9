/** What servers, issuers and oracle agree on. Short times, so that everything happens within a minute. */
export const AUDIENCE = 'https://api.example.com'
/** What proofs are made for, on both frameworks, so that one proof can be tried on both. */
export const ORIGIN = 'https://api.example.com'

export const SCOPES: Readonly<Record<'items:read' | 'items:write', string>> = {
  'items:read': 'Read items',
  'items:write': 'Change items',
}
export type Scope = keyof typeof SCOPES

export type Framework = 'express' | 'fastify'
export const FRAMEWORKS: readonly Framework[] = ['express', 'fastify']

/** Each framework has two resource servers: one without DPoP, and one where nobody gets in without a proof. */
export type Sender = 'bearer' | 'dpop'
/** A resource server, which has its own keys and memory of tokens. */
export type Reader = `${Framework}-${Sender}`
export const READERS: readonly Reader[] = ['express-bearer', 'express-dpop', 'fastify-bearer', 'fastify-dpop']

export interface Route {
  readonly path: string
  readonly sender: Sender
  /** What the route requires; `undefined` where it is public. */
  readonly scope: Scope | undefined
}

type GuardedRoute = Route & { readonly scope: Scope }

export const ROUTES: Readonly<Record<'read' | 'write' | 'optional' | 'proven', GuardedRoute>> & {
  readonly open: Route
} = {
  read: { path: '/items', sender: 'bearer', scope: 'items:read' },
  write: { path: '/items/changes', sender: 'bearer', scope: 'items:write' },
  optional: { path: '/items/preview', sender: 'bearer', scope: 'items:read' },
  open: { path: '/open', sender: 'bearer', scope: undefined },
  proven: { path: '/proven/items', sender: 'dpop', scope: 'items:read' },
}

export const CLOCK_TOLERANCE_SECONDS = 1
export const REFRESH_COOLDOWN_SECONDS = 1
export const FETCH_TIMEOUT_SECONDS = 3
export const PROOF_MAX_AGE_SECONDS = 10
/** Fewer than the tokens in use from the start, so that the memory is full at once and tokens drop out of it all the time. */
export const TOKEN_CACHE_MAX_ENTRIES = 200

/** Headers by which the issuers know who fetches, and when the request was sent off. */
export const READER_HEADER = 'x-soak-reader'
export const SENT_AT_HEADER = 'x-soak-sent-at'
