import type { Access } from './access/access.ts'
import type { CompiledRequirement } from './access/compile-requirement.ts'
import type { DenialOf, RouteParameters, SignIn } from './challenge/create-denials.ts'
import type { Denial } from './challenge/denial.ts'
import { Rejection } from './errors/rejection.ts'
import { type Observation, observe, reportDenied, reportGranted } from './observe/report.ts'
import type { RefusedRequest, UsageRecorder } from './options/usage-recorder.ts'
import type { PresentedToken, Scheme } from './request/present-token.ts'
import type { ResourceRequest } from './request/resource-request.ts'
import { isPending, type MaybePromise } from './shared/maybe-promise.ts'

/** What a check found: let through with this access, or refused with this answer. */
export type Outcome<A = Access> =
  | {
      readonly granted: true
      readonly access: A
      /** To be set on the response: a newer nonce for the client's next proof (RFC 9449 section 8.2). */
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly granted: false; readonly denial: Denial }

/** The requirement of one route, compiled. */
export interface Guard<A = Access> {
  /** Canonical text of the requirement, for people. */
  readonly requirement: string
  /**
   * The scopes of each way through the requirement, in the order it was written, for documents and reports: one list for a
   * scope or `allOf`, several for `anyOf`, an empty one where a way takes no scope. Implied scopes and rules are left out.
   */
  readonly alternatives: readonly (readonly string[])[]
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

/** Who sends a request, and what the response hands out. */
export interface Caller {
  readonly access: Access
  /** Whether the token was known as verified already. */
  readonly remembered: boolean
  /** A newer nonce. */
  readonly nonce: string | undefined
}

/** What the guards of one resource server share. */
export interface GuardContext {
  /** The one credential of a request, not checked yet; `undefined` where it has none. @throws Rejection */
  readonly present: (request: ResourceRequest) => PresentedToken | undefined
  /** Who sent it: at once where nothing has to be waited for. @throws Rejection */
  readonly authenticate: (credential: PresentedToken, request: ResourceRequest) => MaybePromise<Caller>
  /** For events, where there is but one. */
  readonly onlyIssuer: string | undefined
  readonly denialsFor: (route: RouteParameters) => DenialOf
  readonly usageRecorder: UsageRecorder | undefined
}

/** One check under way. */
interface Check {
  readonly request: ResourceRequest
  readonly observation: Observation | undefined
  /** How the request says that it authenticates; `undefined` before that is known. */
  presented: Scheme | undefined
}

/** Asks who sends the request, then whether that suffices for one route, and turns a refusal into its answer. */
export class RouteGuard implements Guard<Access | undefined> {
  readonly requirement: string
  readonly alternatives: readonly (readonly string[])[]
  readonly #context: GuardContext
  readonly #requirement: CompiledRequirement
  readonly #scope: string | undefined
  readonly #anonymousPass: boolean
  readonly #denialOf: DenialOf

  constructor(context: GuardContext, requirement: CompiledRequirement, anonymousPass: boolean) {
    this.requirement = requirement.text
    this.alternatives = requirement.alternatives
    this.#context = context
    this.#requirement = requirement
    this.#scope = requirement.scope
    this.#anonymousPass = anonymousPass
    this.#denialOf = context.denialsFor(requirement)
    Object.freeze(this)
  }

  check(request: ResourceRequest): MaybePromise<Outcome<Access | undefined>> {
    const observation = observe(this.#context.onlyIssuer, this.requirement, request)
    const check: Check = { request, observation, presented: undefined }
    try {
      const credential = this.#context.present(request)
      if (credential === undefined) return this.#withoutCredentials(check)
      check.presented = credential.scheme
      const caller = this.#context.authenticate(credential, request)
      return isPending(caller) ? this.#authorizeLater(caller, check) : this.#authorize(caller, check)
    } catch (error) {
      return this.#refuse(error, check)
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

  /** Apart: a closure in `check` would cost every call the room for what it holds (1 to 2 % of a warm request). */
  #authorizeLater(caller: Promise<Caller>, check: Check): Promise<Outcome<Access>> {
    return caller.then(
      found => this.#authorize(found, check),
      error => this.#refuse(error, check),
    )
  }

  #withoutCredentials(check: Check): Outcome<undefined> {
    if (this.#anonymousPass) return { granted: true, access: undefined }
    return this.#refuse(new Rejection('credentials_missing'), check)
  }

  /** 401 only where a token of another kind, or another sign-in, is all that is missing; 403 else. */
  #authorize({ access, nonce, remembered }: Caller, check: Check): Outcome<Access> {
    const source = check.request.source ?? check.request
    if (!this.#suffices(access, source)) {
      if (this.#requirement.lacksSenderConstraint(access, source)) {
        return this.#refuse(new Rejection('sender_constraint_required'), check, access)
      }
      const signIn = this.#requirement.missingStepUp(access, source)
      const code = signIn === undefined ? 'insufficient_scope' : 'insufficient_user_authentication'
      return this.#refuse(new Rejection(code), check, access, signIn)
    }
    reportGranted(check.observation, access, remembered)
    this.#context.usageRecorder?.granted(access, check.request, this)
    return nonce === undefined ? { granted: true, access } : { granted: true, access, headers: headersWith(nonce) }
  }

  /**
   * Most routes ask for one scope. Its name stands in the guard itself: an API of 2,000 routes has more guards than fit the
   * processor's cache, and a warm request then took 20 to 30 % longer for the way over requirement and closure.
   */
  #suffices(access: Access, source: unknown): boolean {
    return this.#scope === undefined ? this.#requirement.isSatisfiedBy(access, source) : access.scopes.has(this.#scope)
  }

  #refuse(
    error: unknown,
    { request, observation, presented }: Check,
    access?: Access,
    signIn?: SignIn,
  ): { readonly granted: false; readonly denial: Denial } {
    if (!(error instanceof Rejection)) throw error
    const denial = this.#denialOf(error, { presented, signIn })
    reportDenied(observation, denial, error, access)
    this.#context.usageRecorder?.denied(refusalOf(error, access), request, this)
    return { granted: false, denial }
  }
}

function refusalOf({ code, issuer, clientId }: Rejection, caller: Access | undefined): RefusedRequest {
  return { code, issuer: caller?.issuer ?? issuer, clientId: caller?.clientId ?? clientId, caller }
}

/** A response that hands out a nonce is for this client alone. @see RFC 9449 section 8.2 */
function headersWith(nonce: string): Readonly<Record<string, string>> {
  return { 'DPoP-Nonce': nonce, 'Cache-Control': 'no-store' }
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
