import type { Access } from './access/access.ts'
import type { CompiledRequirement } from './access/compile-requirement.ts'
import type { DenialOf, RouteParameters, SignIn } from './challenge/create-denials.ts'
import type { Denial } from './challenge/denial.ts'
import { Rejection } from './errors/rejection.ts'
import { type Observation, observe, reportDenied, reportGranted } from './observe/report.ts'
import type { ResourceRequest } from './request/resource-request.ts'
import { isPending, type MaybePromise } from './shared/maybe-promise.ts'

/** What a check found: let through with this access, or refused with this answer. */
export type Outcome<A = Access> =
  | { readonly granted: true; readonly access: A }
  | { readonly granted: false; readonly denial: Denial }

/** The requirement of one route, compiled. */
export interface Guard<A = Access> {
  /** Canonical text of the requirement, for people. */
  readonly requirement: string
  /**
   * Authenticates and authorizes one request. A promise only where something has to be waited for: a token that is
   * remembered as verified is answered at once.
   * Throws (or rejects) only with what a `satisfies` predicate of the application threw; never for what was sent.
   */
  check(request: ResourceRequest): MaybePromise<Outcome<A>>
  /**
   * `check` for hosts that work with callbacks: calls exactly one of them, before it returns where nothing has to be waited
   * for. What `onOutcome` throws goes to `onError` as well, so nothing is left unhandled.
   */
  settle(request: ResourceRequest, onOutcome: (outcome: Outcome<A>) => void, onError: (error: unknown) => void): void
}

/** Who sends the request: at once where the token is remembered; `undefined` without credentials. @throws Rejection */
export type Authenticate = (request: ResourceRequest) => MaybePromise<Access> | undefined

/** What the guards of one resource server share. */
export interface GuardContext {
  readonly authenticate: Authenticate
  /** For events, where there is but one. */
  readonly onlyIssuer: string | undefined
  readonly denialsFor: (route: RouteParameters) => DenialOf
}

/** Asks who sends the request, then whether that suffices for one route, and turns a refusal into its answer. */
export class RouteGuard implements Guard<Access | undefined> {
  readonly requirement: string
  readonly #authenticate: Authenticate
  readonly #requirement: CompiledRequirement
  readonly #anonymousPass: boolean
  readonly #onlyIssuer: string | undefined
  readonly #denialOf: DenialOf

  constructor(
    { authenticate, onlyIssuer, denialsFor }: GuardContext,
    requirement: CompiledRequirement,
    anonymousPass: boolean,
  ) {
    this.requirement = requirement.text
    this.#authenticate = authenticate
    this.#requirement = requirement
    this.#anonymousPass = anonymousPass
    this.#onlyIssuer = onlyIssuer
    this.#denialOf = denialsFor(requirement)
    Object.freeze(this)
  }

  check(request: ResourceRequest): MaybePromise<Outcome<Access | undefined>> {
    const observation = observe(this.#onlyIssuer, this.requirement, request)
    try {
      const access = this.#authenticate(request)
      if (access === undefined) return this.#withoutCredentials(observation)
      if (!isPending(access)) return this.#authorize(access, request, true, observation)
      return access.then(
        verified => this.#authorize(verified, request, false, observation),
        error => this.#refuse(error, observation),
      )
    } catch (error) {
      return this.#refuse(error, observation)
    }
  }

  settle(
    request: ResourceRequest,
    onOutcome: (outcome: Outcome<Access | undefined>) => void,
    onError: (error: unknown) => void,
  ): void {
    try {
      const outcome = this.check(request)
      if (isPending(outcome)) outcome.then(onOutcome).catch(onError)
      else onOutcome(outcome)
    } catch (error) {
      onError(error)
    }
  }

  #withoutCredentials(observation: Observation | undefined): Outcome<undefined> {
    if (this.#anonymousPass) return { granted: true, access: undefined }
    return this.#refuse(new Rejection('credentials_missing'), observation)
  }

  /** 401 `insufficient_user_authentication` only where another sign-in would help; 403 else. */
  #authorize(
    access: Access,
    request: ResourceRequest,
    cached: boolean,
    observation: Observation | undefined,
  ): Outcome<Access> {
    const source = request.source ?? request
    if (!this.#requirement.isSatisfiedBy(access, source)) {
      const signIn = this.#requirement.missingStepUp(access, source)
      const code = signIn === undefined ? 'insufficient_scope' : 'insufficient_user_authentication'
      return this.#refuse(new Rejection(code), observation, access, signIn)
    }
    reportGranted(observation, access, cached)
    return { granted: true, access }
  }

  #refuse(
    error: unknown,
    observation: Observation | undefined,
    access?: Access,
    signIn?: SignIn,
  ): { readonly granted: false; readonly denial: Denial } {
    if (!(error instanceof Rejection)) throw error
    const denial = this.#denialOf(error, signIn)
    reportDenied(observation, denial, error, access)
    return { granted: false, denial }
  }
}

/** One guard for each scope name and for each expression object; an expression built for one request is not kept. */
export class GuardCache<R extends string | object> {
  readonly #make: (requirement: R) => Guard
  readonly #byName = new Map<R, Guard>()
  readonly #byExpression = new WeakMap<object, Guard>()

  constructor(make: (requirement: R) => Guard) {
    this.#make = make
  }

  get(requirement: R): Guard {
    const cache = typeof requirement === 'object' && requirement !== null ? this.#byExpression : this.#byName
    const known = (cache as Map<R, Guard>).get(requirement)
    if (known !== undefined) return known
    const made = this.#make(requirement)
    ;(cache as Map<R, Guard>).set(requirement, made)
    return made
  }
}
