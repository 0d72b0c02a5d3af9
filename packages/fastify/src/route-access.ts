import type { Access, Guard, Requirement, ResourceServer } from '@scopeward/core'

declare const kind: unique symbol

/** Declares a route open to everybody. */
export type PublicRoute = { readonly [kind]: 'public' }
/** `config: { access: publicRoute }` declares a route open to everybody; `request.auth` is undefined there. */
export const publicRoute: PublicRoute = Object.freeze({}) as PublicRoute

/** See `optional`. */
export class OptionalRoute<Scope extends string = string> {
  readonly requirement: Requirement<Scope>

  constructor(requirement: Requirement<Scope>) {
    this.requirement = requirement
    Object.freeze(this)
  }
}

/**
 * Lets a request without credentials pass, with `request.auth` null. Credentials that are there must be good and meet the
 * requirement.
 */
export function optional<Scope extends string>(requirement: Requirement<Scope>): OptionalRoute<Scope> {
  return new OptionalRoute(requirement)
}

/** What `config.access` of a route holds. */
export type RouteAccess<Scope extends string = string> = Requirement<Scope> | OptionalRoute<Scope> | PublicRoute

/** What a route was compiled to. */
export type RouteGuard = Guard<Access | undefined> | PublicRoute

/** @throws ConfigurationError `scope_unknown`, `requirement_empty`, `requirement_invalid` */
export function compileRouteAccess(access: RouteAccess, server: ResourceServer<string>): RouteGuard {
  if (access === publicRoute) return publicRoute
  if (access instanceof OptionalRoute) return server.optionalGuard(access.requirement)
  return server.guard(access as Requirement)
}
