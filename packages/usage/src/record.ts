/**
 * What was counted of one issuer, client and grant from one flush to the next. One JSON object; a file has one in each line.
 * Holds no token, no subject and no claim but the client's identifier and its scopes.
 */
export interface UsageRecord {
  /** Version of this format. */
  readonly v: 1
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  /** `null` where it is not known: a request without a token, say. */
  readonly issuer: string | null
  /** `null`: the tokens were not proven genuine, or there were none; or, with `overflow`, clients that had no room. */
  readonly clientId: string | null
  /** The scopes that the token itself held, sorted. Those of other APIs among them. */
  readonly granted: readonly string[]
  /** Which scopes imply which, as far as `granted` and `routes` name both. Left out where none does. */
  readonly implied?: Readonly<Record<string, readonly string[]>>
  /** Some of it had no room, and was counted without telling clients, or routes, apart. */
  readonly overflow?: true
  readonly routes: readonly RouteUse[]
  readonly denied: readonly RouteDenial[]
}

/** A route that these clients were let through to. */
export interface RouteUse extends RouteOfUse {
  /**
   * The scopes of each way through the requirement. Where rules such as `service` stand beside the scopes, and the grant
   * satisfies several ways, nobody knows which one it took: it counts as one way that takes the scopes of all.
   */
  readonly alternatives: readonly (readonly string[])[]
  readonly count: number
  /** The granted scopes that the requirement took: those of its cheapest way, or granted ones that imply them. */
  readonly used: readonly string[]
}

/** What was refused there. */
export interface RouteDenial extends RouteOfUse {
  /** See `DENIALS` of `@scopeward/core`. */
  readonly code: string
  /** The fewest scopes that would have sufficed. Empty where scopes were not what was missing. */
  readonly missing: readonly string[]
  readonly count: number
}

/** A route, and what it requires. */
export interface RouteOfUse {
  readonly method: string
  /** Pattern of the route; `null` where the host does not know it. */
  readonly route: string | null
  /** Canonical text. */
  readonly requirement: string
}

/** Whether this is a record of the version that this release reads. What stands inside is checked as far as it is used. */
export function isUsageRecord(value: unknown): value is UsageRecord {
  if (!isObject(value)) return false
  const { v, from, to, issuer, clientId, granted, implied, routes, denied } = value
  return (
    v === 1 &&
    [from, to].every(isTime) &&
    [issuer, clientId].every(isTextOrNull) &&
    (issuer !== null || clientId === null) &&
    isTextList(granted) &&
    (implied === undefined || (isObject(implied) && Object.values(implied).every(isTextList))) &&
    isListOf(routes, isRouteUse) &&
    isListOf(denied, isRouteDenial)
  )
}

function isRouteUse(value: unknown): boolean {
  return isRoute(value) && isListOf(value.alternatives, isTextList) && isTextList(value.used)
}

function isRouteDenial(value: unknown): boolean {
  return isRoute(value) && typeof value.code === 'string' && isTextList(value.missing)
}

function isRoute(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false
  const { method, route, requirement, count } = value
  return typeof method === 'string' && isTextOrNull(route) && typeof requirement === 'string' && isCount(count)
}

/** As `toISOString` writes it. `Date.parse` alone would take any text in parentheses too. */
function isTime(value: unknown): boolean {
  const isWritten = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)
  return isWritten && !Number.isNaN(Date.parse(value))
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

function isTextList(value: unknown): boolean {
  return isListOf(value, item => typeof item === 'string')
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
