import type { DenialCode } from '../errors/denials.ts'
import type { JsonObject } from '../shared/json.ts'

/** Who used a route. An `Access` is one; the requests with one token share it. */
export interface UsingCaller {
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  /** Those of the token and those that they imply. */
  readonly scopes: ReadonlySet<string>
  readonly claims: JsonObject
}

/** The request, as far as it is told apart. A `ResourceRequest` is one. */
export interface UsedRoute {
  readonly method: string
  /** Pattern of the route, where the host knows it. */
  readonly route?: string | undefined
}

/** What the route requires. A `Guard` is one; the requests to one route share it. */
export interface DeclaredRequirement {
  readonly requirement: string
  /** See `Guard.alternatives`. */
  readonly alternatives: readonly (readonly string[])[]
}

/** Who was refused. Without `caller` the token was not proven genuine, or was none. */
export interface RefusedRequest {
  readonly code: DenialCode
  readonly issuer: string | undefined
  /** Of a genuine token; whoever sent it may be somebody else. */
  readonly clientId: string | undefined
  /** Where the token was accepted, and its holder lacks a privilege. */
  readonly caller: UsingCaller | undefined
}

/**
 * Counts who uses which privilege. Asked on every request, before the handler runs: it answers at once and does not throw,
 * for what it throws becomes the answer to the request.
 */
export interface UsageRecorder {
  granted(caller: UsingCaller, route: UsedRoute, required: DeclaredRequirement): void
  denied(refusal: RefusedRequest, route: UsedRoute, required: DeclaredRequirement): void
}
