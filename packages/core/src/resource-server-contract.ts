import type { Access } from './access/access.ts'
import type { Requirement } from './access/expression.ts'
import type { Guard, Outcome } from './guard.ts'
import type { ProtectedResourceMetadata } from './metadata/protected-resource-metadata.ts'
import type { ResourceRequest } from './request/resource-request.ts'
import type { MaybePromise } from './shared/maybe-promise.ts'

/** Whether tokens can be checked at all. */
export interface Readiness {
  /** One for each issuer of the configuration; none where a function finds them. */
  readonly issuers: readonly IssuerReadiness[]
}

/** Whether tokens of one issuer can be checked. */
export interface IssuerReadiness {
  readonly issuer: string
  /**
   * `unavailable`: requests get 503 until the key set, or the introspection endpoint, can be had; nothing needs to be
   * restarted then. `empty`: it was fetched and has no key that can be used, so every token is refused. `none`: tokens of
   * this issuer are checked without a key set.
   */
  readonly keySet: 'available' | 'none' | 'empty' | 'unavailable'
  /** Why it is not available, for people. Holds nothing that the issuer sent. */
  readonly reason?: string
}

/** The resource server's half of OAuth 2.0 for one API: checks tokens, and the requirements of routes against them. */
export interface ResourceServer<Scope extends string> {
  /**
   * Compiles what a route requires. Make it once, when the route is declared.
   * @throws ConfigurationError `scope_unknown`, `requirement_empty`, `requirement_invalid`
   */
  guard(requirement: Requirement<Scope>): Guard
  /**
   * Lets a request without any credentials pass, with `access` undefined. Credentials that are there are checked as ever:
   * a bad token is refused and never taken as anonymous.
   * @throws ConfigurationError as `guard`
   */
  optionalGuard(requirement: Requirement<Scope>): Guard<Access | undefined>
  /** `guard(requirement).check(request)`; the guard is made once for each scope name or expression object. */
  check(request: ResourceRequest, requirement: Requirement<Scope>): MaybePromise<Outcome>
  /**
   * Checks a token that came by another way than HTTP: a queue, a socket, gRPC. Requires nothing of it beyond being valid
   * here: ask `access.has(…)`.
   * @throws TokenRejected where the token is refused
   * @throws VerificationUnavailable where it cannot be checked now
   */
  verify(token: string): Promise<Access>
  /**
   * Fetches the keys ahead of the first request. Never rejects and waits for 3 seconds at the most: an issuer that is down
   * or hangs does not stop the API.
   */
  ready(): Promise<Readiness>
  /** What clients are told about this API; `undefined` without the option `resourceMetadata`. Adapters serve it. */
  readonly metadata: ProtectedResourceMetadata | undefined
}
