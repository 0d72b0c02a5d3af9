import { type Access, createAccess } from './access/access.ts'
import { compileRequirement } from './access/compile-requirement.ts'
import type { Requirement } from './access/expression.ts'
import { createDenials } from './challenge/create-denials.ts'
import { acceptClaims, type GenuineToken } from './claims/accept-claims.ts'
import { refuseHopeless } from './claims/refuse-hopeless.ts'
import { isExpired, requireBegun, timesOf } from './claims/token-times.ts'
import { DENIALS } from './errors/denials.ts'
import { Rejection } from './errors/rejection.ts'
import { TokenRejected, VerificationUnavailable } from './errors/token-rejected.ts'
import { type Guard, GuardCache, type GuardContext, RouteGuard } from './guard.ts'
import type { IssuerDirectory } from './issuer/issuer-directory.ts'
import type { VerificationKey } from './issuer/verification-key.ts'
import { protectedResourceMetadata } from './metadata/protected-resource-metadata.ts'
import { isObserved } from './observe/channels.ts'
import type { ParsedOptions } from './options/issuer-rules.ts'
import { parseOptions } from './options/parse-options.ts'
import type { ResourceServerOptions } from './options/resource-server-options.ts'
import { fittingProfile, isShapeRefusal } from './profiles/fitting-profile.ts'
import { type PresentedToken, presented, presentToken, requireToken68 } from './request/present-token.ts'
import type { ResourceRequest } from './request/resource-request.ts'
import type { Readiness, ResourceServer } from './resource-server-contract.ts'
import { refuseBound } from './sender/refuse-bound.ts'
import { isPending, type MaybePromise } from './shared/maybe-promise.ts'
import { verifySignature } from './signature/verify-signature.ts'
import type { DecodedToken } from './token/decode-token.ts'
import { type ReadToken, readToken, type TokenForms, tokenFormsOf } from './token/read-token.ts'
import { digestOf, type Evidence, isStillBelieved, TokenCache } from './token-cache.ts'
import { createDirectory, type TrustedIssuer, warmIssuer } from './trusted-issuers.ts'

/** @throws ConfigurationError for options that are missing, unknown, out of range or contradictory */
export function createResourceServer<Scope extends string>(
  options: ResourceServerOptions<Scope>,
): ResourceServer<Scope> {
  const parsed = parseOptions(options)
  const stages = new Stages(parsed)
  const context: GuardContext = {
    authenticate: request => stages.authenticate(request),
    onlyIssuer: onlyIssuerOf(parsed),
    denialsFor: createDenials({ realm: parsed.realm, resourceMetadata: parsed.resourceMetadata?.url }),
  }
  const compile = (requirement: Requirement<Scope>) => compileRequirement(requirement, parsed)
  const guard = (requirement: Requirement<Scope>): Guard =>
    new RouteGuard(context, compile(requirement), false) as Guard
  const guards = new GuardCache<Requirement<Scope>>(guard)
  return Object.freeze({
    guard,
    optionalGuard: (requirement: Requirement<Scope>) => new RouteGuard(context, compile(requirement), true),
    check(request: ResourceRequest, requirement: Requirement<Scope>) {
      return guards.get(requirement).check(request)
    },
    verify: (token: string) => stages.verify(token),
    ready: () => stages.ready(),
    metadata: parsed.resourceMetadata && protectedResourceMetadata(parsed.resourceMetadata),
  })
}

function onlyIssuerOf({ trusted }: ParsedOptions): string | undefined {
  const names = new Set(trusted.kind === 'list' ? trusted.issuers.map(({ issuer }) => issuer) : [])
  return names.size === 1 ? [...names][0] : undefined
}

type SigningIssuer = Extract<TrustedIssuer, { kind: 'signing' }>
type IntrospectingIssuer = Extract<TrustedIssuer, { kind: 'introspecting' }>

/** The check of one token's signature, and of what it says, while it lasts. */
interface Verification {
  readonly candidates: readonly VerificationKey[]
  readonly access: Promise<Access>
}

/** The stages in their order. Nothing else knows it. */
class Stages {
  readonly #options: ParsedOptions
  readonly #forms: TokenForms
  readonly #issuers: IssuerDirectory<TrustedIssuer>
  readonly #cache: TokenCache
  readonly #underWay = new Map<string, Verification>()

  constructor(options: ParsedOptions) {
    this.#options = options
    this.#forms = tokenFormsOf(options.trusted)
    this.#issuers = createDirectory(options)
    this.#cache = new TokenCache(options.tokenCacheMaxEntries)
  }

  authenticate(request: ResourceRequest): MaybePromise<Access> | undefined {
    const credential = presentToken(request)
    if (credential === undefined) return undefined
    const digest = digestOf(credential.token)
    const remembered = this.#recall(digest)
    if (remembered !== undefined) return remembered
    requireToken68(credential)
    return this.#admit(credential, digest)
  }

  async verify(token: string): Promise<Access> {
    try {
      const credential = presented(requireText(token))
      const digest = digestOf(token)
      return this.#recall(digest) ?? (await this.#admit(credential, digest))
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      throw DENIALS[error.code].status === 503 ? new VerificationUnavailable(error) : new TokenRejected(error)
    }
  }

  async ready(): Promise<Readiness> {
    const warm = async (issuer: TrustedIssuer) => ({ issuer: issuer.rules.issuer, ...(await warmIssuer(issuer)) })
    return { issuers: await Promise.all(this.#issuers.listed.map(warm)) }
  }

  /** Everything that depends on the token alone. @throws Rejection */
  async #admit(credential: PresentedToken, digest: string): Promise<Access> {
    const token = readToken(credential, this.#forms)
    const found = this.#issuers.find(token)
    // A list answers at once, and then a fetch that the token causes starts before anything else happens.
    const issuer = isPending(found) ? await found : found
    try {
      if (issuer.kind === 'introspecting') return await this.#introspect(token, issuer, digest)
      // An opaque token is found an introspecting issuer or none.
      if (token.kind === 'opaque') throw new Rejection('token_malformed')
      refuseHopeless(token, issuer.rules, this.#options.clock())
      const candidates = await issuer.keys.select(token)
      return await this.#verifyOnce(token, issuer, candidates, digest)
    } catch (error) {
      throw error instanceof Rejection ? explained(error, token, issuer) : error
    }
  }

  /** Requests that come with the same token while its signature is being checked under the same keys share that check. */
  #verifyOnce(
    token: DecodedToken,
    issuer: SigningIssuer,
    candidates: readonly VerificationKey[],
    digest: string,
  ): Promise<Access> {
    const underWay = this.#underWay.get(digest)
    if (underWay?.candidates === candidates) return underWay.access
    const access = this.#verify(token, issuer, candidates, digest)
    const forget = () => this.#underWay.delete(digest)
    access.then(forget, forget)
    this.#underWay.set(digest, { candidates, access })
    return access
  }

  async #verify(
    token: DecodedToken,
    issuer: SigningIssuer,
    candidates: readonly VerificationKey[],
    digest: string,
  ): Promise<Access> {
    const verified = await verifySignature(token, candidates, issuer.keys)
    return this.#accept(
      verified,
      issuer,
      { kind: 'signed', keys: issuer.keys, key: verified.key, kid: token.kid },
      digest,
    )
  }

  async #introspect(token: ReadToken, issuer: IntrospectingIssuer, digest: string): Promise<Access> {
    // What was believed before must not come back with a clock that steps back.
    this.#cache.delete(digest)
    const introspected = await issuer.introspector.introspect(token, digest)
    return this.#accept(introspected, issuer, introspected.evidence, digest)
  }

  /** From a genuine token to the access, which is then remembered. @throws Rejection */
  #accept(genuine: GenuineToken, issuer: TrustedIssuer, evidence: Evidence, digest: string): Access {
    const accepted = acceptClaims(genuine, issuer.rules, this.#options.clock())
    const access = createAccess(refuseBound(accepted), issuer.rules)
    this.#cache.set(digest, { access, times: timesOf(accepted), issuer, evidence })
    return access
  }

  /**
   * The access of a token that was admitted before, if everything that can change since still holds. Synchronous.
   * @throws Rejection `token_expired`, `token_not_yet_valid`, `token_issued_in_future`
   */
  #recall(digest: string): Access | undefined {
    const entry = this.#cache.get(digest)
    if (entry === undefined) return undefined
    const { clock, clockToleranceSeconds } = this.#options
    const now = clock()
    if (!this.#issuers.isCurrent(entry.issuer, now)) return undefined
    if (isExpired(entry.times.expiresAt, clockToleranceSeconds, now)) {
      this.#cache.delete(digest)
      throw new Rejection('token_expired', undefined, undefined, entry.access.issuer)
    }
    if (!isStillBelieved(entry, now)) return undefined
    requireBegun(entry.times, clockToleranceSeconds, now)
    return entry.access
  }
}

/** What operators are told beyond the refusal: whose rules refused, and which profile would fit a token of that shape. */
function explained(rejection: Rejection, token: ReadToken, { rules, kind }: TrustedIssuer): Rejection {
  const isReadHere = token.kind === 'signed' && kind === 'signing'
  if (!isReadHere || !isShapeRefusal(rejection.code) || !isObserved()) return rejection.by(rules.issuer)
  const shape = { type: token.type, claims: new Set(token.payload.names()) }
  const profile = fittingProfile(shape, rules.profile)
  return rejection.by(rules.issuer, profile && { fittingProfile: profile })
}

/** A message from outside may lack its token, and types do not hold there. */
function requireText(token: unknown): string {
  if (typeof token === 'string') return token
  throw new Rejection('token_malformed')
}
