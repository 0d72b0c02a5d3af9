import type { RouteDenial, RouteOfUse, RouteUse } from '../record.ts'

/** What many records say together. Lists are sorted by issuer and client, or by route and method. */
export interface UsageSummary {
  /** ISO 8601: the earliest and the latest time of all records; `null` where there are none. */
  readonly from: string | null
  readonly to: string | null
  readonly clients: readonly ClientUsage[]
  readonly routes: readonly RouteUsage[]
  /** Requests without a genuine token. */
  readonly refused: readonly RefusedUsage[]
  /** Requests of clients that had no room in the recorder: nobody knows whose. If there are any, raise `maxClients`. */
  readonly overflow: { readonly requests: number; readonly denied: number }
}

/** One client, whatever it was granted over time. */
export interface ClientUsage {
  readonly issuer: string
  readonly clientId: string
  readonly from: string
  readonly to: string
  /** In any of its tokens. */
  readonly granted: readonly string[]
  readonly used: readonly string[]
  /** Granted and never used. */
  readonly unused: readonly string[]
  readonly requests: number
  readonly deniedRequests: number
  readonly routes: readonly RouteUse[]
  readonly denied: readonly RouteDenial[]
  /**
   * Whether all of its requests were counted by route. Where they were not, nobody knows what it needs: `leastGrant` is then
   * all that was granted.
   */
  readonly isComplete: boolean
  /** A small set of scopes that would have sufficed for all that it was let through to: see `leastGrant`. */
  readonly leastGrant: readonly string[]
  /** Granted, and not in `leastGrant`. */
  readonly couldGiveUp: readonly string[]
}

/** One route, and who was there. */
export interface RouteUsage extends RouteOfUse {
  readonly requests: number
  readonly denied: number
  /** Those with a genuine token. */
  readonly callers: readonly RouteCaller[]
}

/** A client that called a route. */
export interface RouteCaller {
  readonly issuer: string
  readonly clientId: string
  readonly requests: number
  readonly denied: number
}

/** How often a route refused with one code. */
export interface RefusedUsage extends RouteOfUse {
  /** `null` where it is not known. */
  readonly issuer: string | null
  readonly code: string
  readonly count: number
}
