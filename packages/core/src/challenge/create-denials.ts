import { DENIALS, type DenialCode } from '../errors/denials.ts'
import type { Rejection } from '../errors/rejection.ts'
import { type ChallengeParameters, type ChallengeScheme, type Denial, denialFor } from './denial.ts'

/** Picks the answer to a refusal on one route. */
export type DenialOf = (rejection: Rejection, circumstances?: Circumstances) => Denial

/** What an answer depends on beyond its code. */
export interface Circumstances {
  /** The scheme that the request came with. */
  readonly presented?: ChallengeScheme | undefined
  /** Where another sign-in is all that is missing. */
  readonly signIn?: SignIn | undefined
}

/** A sign-in that a route asks for. Known by identity. */
export type SignIn = Pick<ChallengeParameters, 'acrValues' | 'maxAgeSeconds'>

/** What the answers of a route name: constants of the route. */
export interface RouteParameters {
  readonly scopes?: readonly string[]
  readonly stepUps?: readonly SignIn[]
  /** Nobody gets in without a proof, so bearer tokens are not offered. */
  readonly demandsDpop?: boolean
}

/** What the answers of a resource server name. */
export interface ServerParameters extends Pick<ChallengeParameters, 'realm' | 'resourceMetadata'> {
  /** `undefined` where no proofs are checked. */
  readonly dpop?: { readonly mode: 'accepted' | 'required'; readonly algs: readonly string[] } | undefined
  /** The nonce to hand out, if any is asked for. */
  readonly nonce?: () => string | undefined
}

/** Answers with these codes tell the client which scopes the route needs. */
const NAMES_SCOPES: readonly DenialCode[] = [
  'credentials_missing',
  'scheme_unsupported',
  'sender_constraint_required',
  'insufficient_scope',
]

const PRESENTED: readonly (ChallengeScheme | undefined)[] = [undefined, 'Bearer', 'DPoP']

/**
 * All answers of a resource server, built at start, so that a refusal looks its answer up. Most are the same on every
 * route; only those with a Retry-After or a nonce are built on request.
 */
export function createDenials(server: ServerParameters): (route: RouteParameters) => DenialOf {
  const { realm, resourceMetadata, dpop, nonce = () => undefined } = server
  const algs = dpop?.algs ?? []
  const offering = (schemes: readonly ChallengeScheme[]) => commonDenials({ realm, resourceMetadata, schemes, algs })
  const usual = offering(dpop === undefined ? ['Bearer'] : dpop.mode === 'required' ? ['DPoP'] : ['Bearer', 'DPoP'])
  const proofsOnly = dpop === undefined ? usual : offering(['DPoP'])
  return ({ scopes = [], stepUps = [], demandsDpop = false }) => {
    const { parameters, common } = demandsDpop ? proofsOnly : usual
    const here = denialsBy(NAMES_SCOPES, { ...parameters, scopes })
    const signIns = new Map(stepUps.map(signIn => [signIn, denialsBy([STEP_UP], { ...parameters, ...signIn })]))
    return ({ code, retryAfterSeconds }, { presented, signIn } = {}) => {
      if (code === NONCE_REQUIRED) return denialFor(code, proofsOnly.parameters, { nonce: nonce() })
      if (retryAfterSeconds !== undefined) return denialFor(code, parameters, { retryAfterSeconds })
      const denials = (signIn && signIns.get(signIn)) ?? here
      return (denials.get(presented)?.get(code) ?? common.get(presented)?.get(code)) as Denial
    }
  }
}

/** Offers proofs alone: the client has proven already that it can make one, and has only to repeat the request (RFC 9449 section 9). */
const NONCE_REQUIRED: DenialCode = 'dpop_nonce_required'
const STEP_UP: DenialCode = 'insufficient_user_authentication'

type Denials = ReadonlyMap<ChallengeScheme | undefined, ReadonlyMap<DenialCode, Denial>>

function commonDenials(parameters: ChallengeParameters): { parameters: ChallengeParameters; common: Denials } {
  return { parameters, common: denialsBy(Object.keys(DENIALS) as DenialCode[], parameters) }
}

/** By the scheme that was presented; one that makes no difference shares its answers. */
function denialsBy(codes: readonly DenialCode[], parameters: ChallengeParameters): Denials {
  const build = (presented: ChallengeScheme | undefined) =>
    new Map(codes.map(code => [code, denialFor(code, { ...parameters, presented })]))
  if (parameters.schemes.length > 1) return new Map(PRESENTED.map(presented => [presented, build(presented)]))
  const alike = build(undefined)
  return new Map(PRESENTED.map(presented => [presented, alike]))
}
