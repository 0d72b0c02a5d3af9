import { DENIALS, type DenialCode } from '../errors/denials.ts'
import type { Rejection } from '../errors/rejection.ts'
import { type ChallengeParameters, type Denial, denialFor } from './denial.ts'

/** Picks the answer to a refusal on one route; `signIn` where another sign-in is all that is missing. */
export type DenialOf = (rejection: Rejection, signIn?: SignIn) => Denial

/** A sign-in that a route asks for. Known by identity. */
export type SignIn = Pick<ChallengeParameters, 'acrValues' | 'maxAgeSeconds'>

/** What the answers of a route name: constants of the route. */
export interface RouteParameters {
  readonly scopes?: readonly string[]
  readonly stepUps?: readonly SignIn[]
}

/** Answers with these codes tell the client which scopes the route needs. */
const NAMES_SCOPES: readonly DenialCode[] = ['credentials_missing', 'scheme_unsupported', 'insufficient_scope']

/**
 * All answers of a resource server, built at start, so that a refusal looks its answer up. Most are the same on every
 * route; only those with a Retry-After are built on request.
 */
export function createDenials(
  everywhere: Pick<ChallengeParameters, 'realm' | 'resourceMetadata'>,
): (route: RouteParameters) => DenialOf {
  const codes = Object.keys(DENIALS) as DenialCode[]
  const common = new Map(codes.map(code => [code, denialFor(code, everywhere)]))
  return ({ scopes = [], stepUps = [] }) => {
    const here = new Map(NAMES_SCOPES.map(code => [code, denialFor(code, { ...everywhere, scopes })]))
    const signIns = new Map(stepUps.map(signIn => [signIn, denialFor(STEP_UP, { ...everywhere, ...signIn })]))
    return ({ code, retryAfterSeconds }, signIn) => {
      if (signIn !== undefined) return signIns.get(signIn) as Denial
      if (retryAfterSeconds !== undefined) return denialFor(code, everywhere, retryAfterSeconds)
      return here.get(code) ?? (common.get(code) as Denial)
    }
  }
}

const STEP_UP: DenialCode = 'insufficient_user_authentication'
