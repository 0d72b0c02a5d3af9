import { DETAIL_LISTS } from '../claims/authorization-details.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { isJsonObject } from '../shared/json.ts'
import { isScopeToken } from '../shared/scope-token.ts'
import type { Access } from './access.ts'

declare const scopeOf: unique symbol

/** What a route demands: a scope name, or an expression of scopes and rules. There is no `not`: privileges only add. */
export type Requirement<Scope extends string = string> = Scope | Expression<Scope>

/** Built by the functions below; plain data, so that tools can read it. `Scope` is known to the compiler only. */
export type Expression<Scope extends string = string> = Node<Scope> & { readonly [scopeOf]?: Scope }

type Node<Scope extends string> =
  | { readonly kind: 'allOf' | 'anyOf'; readonly parts: readonly Requirement<Scope>[] }
  | { readonly kind: 'authenticated' | 'service' | 'user' | 'dpop' | 'mutualTls' }
  | { readonly kind: 'role' | 'permission'; readonly name: string }
  | { readonly kind: 'stepUp'; readonly stepUp: StepUp }
  | { readonly kind: 'authorizationDetail'; readonly detail: RequiredDetail }
  | { readonly kind: 'satisfies'; readonly name: string; readonly predicate: Predicate }

/** How the user must have signed in. At least one of the two. @see RFC 9470 section 3 */
export interface StepUp {
  /** Authentication context classes, in order of preference: the token's `acr` must be one of them, to the letter. */
  readonly acrValues?: readonly string[]
  /** How long ago the user may have signed in at the most (`auth_time`). Unit: seconds, a whole number from 0. */
  readonly maxAgeSeconds?: number
}

/** An element of `authorization_details` that must be there: with this type, and at least these values. */
export interface RequiredDetail {
  readonly type: string
  readonly locations?: readonly string[]
  readonly actions?: readonly string[]
  readonly datatypes?: readonly string[]
  readonly identifier?: string
  readonly privileges?: readonly string[]
}

/** A rule about the resource itself. Must return a boolean at once; only `true` lets the request through. */
// biome-ignore lint/suspicious/noExplicitAny: adapters narrow the request to their framework's; `unknown` would refuse every such predicate
export type Predicate = (access: Access, request: any) => boolean

/** Every part must hold. @throws ConfigurationError `requirement_empty` without parts */
export function allOf<Scope extends string>(...parts: readonly Requirement<Scope>[]): Expression<Scope> {
  return combine('allOf', parts)
}

/** At least one part must hold. @throws ConfigurationError `requirement_empty` without parts */
export function anyOf<Scope extends string>(...parts: readonly Requirement<Scope>[]): Expression<Scope> {
  return combine('anyOf', parts)
}

/** The client acts for itself: `sub` is the client's own identifier. @see RFC 9068 section 2.2, RFC 9700 section 4.15 */
export const service: Expression<never> = Object.freeze({ kind: 'service' })

/** The client acts for a user: `sub` is not the client's identifier. */
export const user: Expression<never> = Object.freeze({ kind: 'user' })

/** A valid token of the issuer for this audience and nothing more, said out loud. */
export const authenticated: Expression<never> = Object.freeze({ kind: 'authenticated' })

/**
 * The token is bound to a key, and the request came with a proof of it: a stolen token is of no use here. Needs the option
 * `dpop`. A caller who lacks nothing else is answered 401 `sender_constraint_required`.
 * @see RFC 9449
 */
export const dpop: Expression<never> = Object.freeze({ kind: 'dpop' })

/**
 * The token is bound to a client certificate, and the request came over a connection that proved it. A caller who lacks
 * nothing else is answered 401 `sender_constraint_required`.
 * @see RFC 8705 section 3
 */
export const mutualTls: Expression<never> = Object.freeze({ kind: 'mutualTls' })

/** The issuer gave the caller this role. Which claim says so is the profile's matter. */
export function role(name: string): Expression<never> {
  return Object.freeze({ kind: 'role', name: requireName('role', name) })
}

/** The issuer gave the caller this permission. Which claim says so is the profile's matter. */
export function permission(name: string): Expression<never> {
  return Object.freeze({ kind: 'permission', name: requireName('permission', name) })
}

/**
 * The user signed in strongly or recently enough. A caller who meets everything else is answered 401
 * `insufficient_user_authentication` with what is needed, so that the client can send the user to sign in again. A token
 * without `acr` or `auth_time`, such as a service's, does not meet it.
 * @throws ConfigurationError `requirement_empty` where neither is given, `requirement_invalid`
 * @see RFC 9470
 */
export function stepUp(required: StepUp): Expression<never> {
  const { acrValues, maxAgeSeconds, ...unknown } = requireObject('stepUp', required)
  const [stray] = Object.keys(unknown)
  if (stray !== undefined) throw invalid(`stepUp() has no member "${stray}". Known: acrValues, maxAgeSeconds.`)
  if (acrValues === undefined && maxAgeSeconds === undefined) {
    throw new ConfigurationError(
      'requirement_empty',
      'stepUp() demands nothing. Name acrValues, maxAgeSeconds or both.',
    )
  }
  if (acrValues !== undefined && !(isTextList(acrValues) && acrValues.every(isScopeToken))) {
    throw invalid('stepUp(): "acrValues" must be a non-empty array of strings without space, quote and backslash.')
  }
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 0)) {
    throw invalid('stepUp(): "maxAgeSeconds" must be a whole number of seconds from 0.')
  }
  const parsed = {
    ...(acrValues !== undefined && { acrValues: Object.freeze([...acrValues]) }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  }
  return Object.freeze({ kind: 'stepUp', stepUp: Object.freeze(parsed) })
}

/**
 * The token carries one element of `authorization_details` with this type that holds all of these values; values are
 * compared to the letter. What depends on the request belongs into `satisfies`, with `access.authorizationDetails`.
 * @throws ConfigurationError `requirement_invalid`
 * @see RFC 9396 sections 2.2 and 9
 */
export function authorizationDetail(detail: RequiredDetail): Expression<never> {
  const { type, identifier, ...lists } = requireObject('authorizationDetail', detail)
  requireName('authorizationDetail', type)
  if (identifier !== undefined) requireName('authorizationDetail', identifier)
  for (const [name, values] of Object.entries(lists)) {
    if (!DETAIL_LISTS.includes(name as (typeof DETAIL_LISTS)[number])) {
      throw invalid(
        `authorizationDetail() has no member "${name}". Known: type, identifier, ${DETAIL_LISTS.join(', ')}.`,
      )
    }
    if (!isTextList(values)) throw invalid(`authorizationDetail(): "${name}" must be a non-empty array of strings.`)
  }
  const frozenLists = Object.entries(lists).map(([name, values]) => [name, Object.freeze([...values])])
  const parsed: RequiredDetail = { ...detail, ...Object.fromEntries(frozenLists) }
  return Object.freeze({ kind: 'authorizationDetail', detail: Object.freeze(parsed) })
}

/**
 * A rule about the resource itself: this tenant, this owner. Asked on every request, with the request that the adapter
 * received (through `check()`: `request.source`, or the request itself).
 * Must have no effects: on a route with `stepUp` it may be asked once more for a request that is refused.
 * What the predicate throws is thrown on to the framework; a value that is not a boolean is a `ConfigurationError`.
 * @param name shown in the canonical text and in events
 */
export function satisfies(name: string, predicate: Predicate): Expression<never> {
  if (typeof name !== 'string' || name === '' || typeof predicate !== 'function') {
    throw new ConfigurationError(
      'requirement_invalid',
      "satisfies() needs a name and a function, for example satisfies('own tenant', (access, request) => …).",
    )
  }
  return Object.freeze({ kind: 'satisfies', name, predicate })
}

function requireName(expression: string, name: unknown): string {
  if (typeof name === 'string' && name !== '') return name
  throw invalid(`${expression}() needs a non-empty string.`)
}

function requireObject<T extends object>(expression: string, value: T): T {
  if (isJsonObject(value)) return value
  throw invalid(`${expression}() needs an object.`)
}

/** Spread, because `every` passes over the holes of an array, and a list with nothing in it would demand nothing. */
function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && [...value].every(item => typeof item === 'string' && item !== '')
}

function invalid(message: string): ConfigurationError {
  return new ConfigurationError('requirement_invalid', message)
}

function combine<Scope extends string>(
  kind: 'allOf' | 'anyOf',
  parts: readonly Requirement<Scope>[],
): Expression<Scope> {
  if (parts.length === 0) {
    throw new ConfigurationError(
      'requirement_empty',
      `${kind}() demands nothing. Name a scope, or use \`authenticated\`.`,
    )
  }
  return Object.freeze({ kind, parts: Object.freeze([...parts]) })
}
