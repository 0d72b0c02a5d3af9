import { type Access, createAccess } from './access/access.ts'
import { compileRequirement } from './access/compile-requirement.ts'
import type { Requirement } from './access/expression.ts'
import { createDenials } from './challenge/create-denials.ts'
import { acceptClaims, type GenuineToken } from './claims/accept-claims.ts'
import { refuseHopeless } from './claims/refuse-hopeless.ts'
import { isExpired, requireBegun } from './claims/token-times.ts'
import { ConfigurationError } from './errors/configuration-error.ts'
import { DENIALS } from './errors/denials.ts'
import { Rejection } from './errors/rejection.ts'
import { TokenRejected, VerificationUnavailable } from './errors/token-rejected.ts'
import { type Caller, type Guard, GuardCache, type GuardContext, RouteGuard } from './guard.ts'
import type { IssuerDirectory } from './issuer/issuer-directory.ts'
import type { VerificationKey } from './issuer/verification-key.ts'
import { protectedResourceMetadata } from './metadata/protected-resource-metadata.ts'
import { isObserved } from './observe/channels.ts'
import type { ParsedOptions } from './options/issuer-rules.ts'
import { parseOptions } from './options/parse-options.ts'
import type { ResourceServerOptions } from './options/resource-server-options.ts'
import { fittingProfile, isShapeRefusal } from './profiles/fitting-profile.ts'
import { type PresentedToken, presentToken, requireSize, type Schemes } from './request/present-token.ts'
import type { ResourceRequest } from './request/resource-request.ts'
import type { Readiness, ResourceServer } from './resource-server-contract.ts'
import { refuseRevoked } from './revocation/refuse-revoked.ts'
import { readBinding } from './sender/sender-binding.ts'
import { SenderCheck } from './sender/sender-check.ts'
import { andThen, isPending, type MaybePromise } from './shared/maybe-promise.ts'
import { createEngine } from './signature/create-engine.ts'
import { type VerifiedToken, verifySignature } from './signature/verify-signature.ts'
import type { DecodedToken } from './token/decode-token.ts'
import { type ReadToken, readCredential, readToken, type TokenForms, tokenFormsOf } from './token/read-token.ts'
import { type CacheEntry, digestOf, type Evidence, evidenceOf, isStillBelieved, TokenCache } from './token-cache.ts'
import { createDirectory, type TrustedIssuer, warmIssuer } from './trusted-issuers.ts'

/**
 * The resource server of one API: checks requests and tokens against these options, in any framework or none.
 * @throws ConfigurationError for options that are missing, unknown, out of range or contradictory
 */
export function createResourceServer<Scope extends string>(
  options: ResourceServerOptions<Scope>,
): ResourceServer<Scope> {
  const parsed = parseOptions(options)
  const engine = createEngine(parsed)
  const senders = new SenderCheck(parsed, engine)
  const stages = new Stages(parsed, senders, createDirectory(parsed, engine))
  const schemes = schemesOf(parsed)
  const context: GuardContext = {
    present: request => presentToken(request, schemes),
    authenticate: (credential, request) => stages.authenticate(credential, request),
    onlyIssuer: onlyIssuerOf(parsed),
    usageRecorder: parsed.usageRecorder,
    denialsFor: createDenials({
      realm: parsed.realm,
      resourceMetadata: parsed.resourceMetadata?.url,
      dpop: parsed.dpop && { mode: parsed.dpop.mode, algs: [...parsed.dpop.algorithms.keys()] },
      nonce: () => senders.nonce,
    }),
  }
  const compile = (requirement: Requirement<Scope>, more: readonly unknown[]) => {
    refuseMore(more)
    return compileRequirement(requirement, parsed)
  }
  const guard = (requirement: Requirement<Scope>, ...more: readonly unknown[]): Guard =>
    new RouteGuard(context, compile(requirement, more), false) as Guard
  const guards = new GuardCache<Requirement<Scope>>(guard)
  return Object.freeze({
    guard,
    optionalGuard: (requirement: Requirement<Scope>, ...more: readonly unknown[]) =>
      new RouteGuard(context, compile(requirement, more), true),
    check(request: ResourceRequest, requirement: Requirement<Scope>, ...more: readonly unknown[]) {
      refuseMore(more)
      return guards.get(requirement).check(request)
    },
    verify: (token: string) => stages.verify(token),
    ready: () => stages.ready(),
    metadata: parsed.resourceMetadata && protectedResourceMetadata(parsed.resourceMetadata),
  })
}

/** In JavaScript a second requirement would be dropped without a word, and the route be open to who lacks it. */
function refuseMore(more: readonly unknown[]): void {
  if (more.length === 0) return
  throw new ConfigurationError(
    'requirement_invalid',
    'A guard takes one requirement. Write allOf(a, b) where both must hold, anyOf(a, b) where one is enough.',
  )
}

function onlyIssuerOf({ trusted }: ParsedOptions): string | undefined {
  const names = new Set(trusted.kind === 'list' ? trusted.issuers.map(({ issuer }) => issuer) : [])
  return names.size === 1 ? [...names][0] : undefined
}

function schemesOf({ dpop }: ParsedOptions): Schemes {
  if (dpop === undefined) return ['Bearer']
  return dpop.mode === 'required' ? ['DPoP'] : ['Bearer', 'DPoP']
}

type SigningIssuer = Extract<TrustedIssuer, { kind: 'signing' }>
type IntrospectingIssuer = Extract<TrustedIssuer, { kind: 'introspecting' }>

/** The check of one token's signature, and of what it says, while it lasts. */
interface Verification {
  readonly candidates: readonly VerificationKey[]
  readonly entry: Promise<CacheEntry>
}

/** The stages in their order. Nothing else knows it. */
class Stages {
  readonly #options: ParsedOptions
  readonly #forms: TokenForms
  readonly #issuers: IssuerDirectory<TrustedIssuer>
  readonly #cache: TokenCache
  readonly #senders: SenderCheck
  readonly #underWay = new Map<string, Verification>()

  constructor(options: ParsedOptions, senders: SenderCheck, issuers: IssuerDirectory<TrustedIssuer>) {
    this.#options = options
    this.#senders = senders
    this.#issuers = issuers
    this.#forms = tokenFormsOf(options.trusted)
    this.#cache = new TokenCache(options.tokenCacheMaxEntries)
  }

  authenticate(credential: PresentedToken, request: ResourceRequest): MaybePromise<Caller> {
    requireSize(credential)
    const digest = digestOf(credential.token)
    const remembered = this.#recall(digest)
    if (remembered !== undefined) return this.#identify(remembered, credential, request, true)
    return this.#admitFirst(credential, request, digest)
  }

  #admitFirst(credential: PresentedToken, request: ResourceRequest, digest: string): MaybePromise<Caller> {
    const admitted = this.#admit(readCredential(credential, this.#forms), digest)
    return andThen(admitted, entry => this.#identify(entry, credential, request, false))
  }

  async verify(token: string): Promise<Access> {
    try {
      const credential: PresentedToken = { scheme: 'Bearer', token: requireText(token) }
      requireSize(credential)
      const digest = digestOf(token)
      const { access, binding } =
        this.#recall(digest) ?? (await this.#admit(readToken(credential, this.#forms), digest))
      refuseRevoked(access, this.#options.revocation)
      if (binding !== undefined) throw new Rejection('sender_constraint_unsupported', { reason: 'there is no request' })
      if (this.#options.dpop?.mode === 'required') throw new Rejection('sender_constraint_required')
      return access
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      throw DENIALS[error.code].status === 503 ? new VerificationUnavailable(error) : new TokenRejected(error)
    }
  }

  async ready(): Promise<Readiness> {
    const warm = async (issuer: TrustedIssuer) => ({ issuer: issuer.rules.issuer, ...(await warmIssuer(issuer)) })
    return { issuers: await Promise.all(this.#issuers.listed.map(warm)) }
  }

  /** Everything that is asked on every request, whether the token is remembered or not. @throws Rejection */
  #identify(
    { access, binding }: CacheEntry,
    credential: PresentedToken,
    request: ResourceRequest,
    remembered: boolean,
  ): MaybePromise<Caller> {
    try {
      refuseRevoked(access, this.#options.revocation)
      const proven = this.#senders.require(binding, credential, request)
      return isPending(proven) ? this.#identifyLater(access, remembered, proven) : { access, remembered, nonce: proven }
    } catch (error) {
      throw attributed(error, access)
    }
  }

  async #identifyLater(access: Access, remembered: boolean, proven: Promise<string | undefined>): Promise<Caller> {
    try {
      const nonce = await proven
      // Once more: it may have been revoked while the replay store was asked.
      refuseRevoked(access, this.#options.revocation)
      return { access, remembered, nonce }
    } catch (error) {
      throw attributed(error, access)
    }
  }

  /** Everything that depends on the token alone. At once, where keys and a thread are at hand. @throws Rejection */
  #admit(token: ReadToken, digest: string): MaybePromise<CacheEntry> {
    const issuer = this.#issuers.find(token)
    if (isPending(issuer)) return issuer.then(found => this.#admitFrom(found, token, digest))
    return this.#admitFrom(issuer, token, digest)
  }

  #admitFrom(issuer: TrustedIssuer, token: ReadToken, digest: string): MaybePromise<CacheEntry> {
    try {
      const entry = this.#prove(issuer, token, digest)
      if (!isPending(entry)) return entry
      return entry.catch(error => {
        throw explained(error, token, issuer)
      })
    } catch (error) {
      throw explained(error, token, issuer)
    }
  }

  #prove(issuer: TrustedIssuer, token: ReadToken, digest: string): MaybePromise<CacheEntry> {
    if (issuer.kind === 'introspecting') return this.#introspect(token, issuer, digest)
    // An opaque token is found an introspecting issuer or none.
    if (token.kind === 'opaque') throw new Rejection('token_malformed')
    refuseHopeless(token, issuer.rules, this.#options.clock())
    const candidates = issuer.keys.select(token)
    if (isPending(candidates)) return candidates.then(found => this.#verifyOnce(token, issuer, found, digest))
    return this.#verifyOnce(token, issuer, candidates, digest)
  }

  /** Requests that come with the same token while its signature is being checked under the same keys share that check. */
  #verifyOnce(
    token: DecodedToken,
    issuer: SigningIssuer,
    candidates: readonly VerificationKey[],
    digest: string,
  ): MaybePromise<CacheEntry> {
    const underWay = this.#underWay.get(digest)
    if (underWay?.candidates === candidates) return underWay.entry
    const verified = verifySignature(token, candidates, issuer.keys)
    if (!isPending(verified)) return this.#acceptSigned(verified, token, issuer, digest)
    const entry = verified.then(genuine => this.#acceptSigned(genuine, token, issuer, digest))
    const forget = () => this.#underWay.delete(digest)
    entry.then(forget, forget)
    this.#underWay.set(digest, { candidates, entry })
    return entry
  }

  #acceptSigned(genuine: VerifiedToken, { kid }: DecodedToken, issuer: SigningIssuer, digest: string): CacheEntry {
    return this.#accept(genuine, issuer, evidenceOf(issuer.keys, genuine.key, kid), digest)
  }

  async #introspect(token: ReadToken, issuer: IntrospectingIssuer, digest: string): Promise<CacheEntry> {
    // What was believed before must not come back with a clock that steps back.
    this.#cache.delete(digest)
    const introspected = await issuer.introspector.introspect(token, digest)
    return this.#accept(introspected, issuer, introspected.evidence, digest)
  }

  /** From a genuine token to the access, which is then remembered. @throws Rejection */
  #accept(genuine: GenuineToken, issuer: TrustedIssuer, evidence: Evidence, digest: string): CacheEntry {
    const accepted = acceptClaims(genuine, issuer.rules, this.#options.clock())
    const bound = readBinding(accepted, issuer.rules)
    const access = createAccess(bound, issuer.rules)
    const { expiresAt, issuedAt, notBefore } = accepted.times
    const entry: CacheEntry = { access, binding: bound.binding, issuer, evidence, expiresAt, issuedAt, notBefore }
    this.#cache.set(digest, entry)
    return entry
  }

  /**
   * A token that was admitted before, if everything that can change since still holds. Synchronous.
   * @throws Rejection `token_expired`, `token_not_yet_valid`, `token_issued_in_future`
   */
  #recall(digest: string): CacheEntry | undefined {
    const entry = this.#cache.get(digest)
    if (entry === undefined) return undefined
    const { clock, clockToleranceSeconds } = this.#options
    const now = clock()
    if (!this.#issuers.isCurrent(entry.issuer, now)) return undefined
    if (isExpired(entry.expiresAt, clockToleranceSeconds, now)) {
      this.#cache.delete(digest)
      throw new Rejection('token_expired', undefined, undefined, entry.access.issuer)
    }
    if (!isStillBelieved(entry, now)) return undefined
    requireBegun(entry, clockToleranceSeconds, now)
    return entry
  }
}

/** What operators are told beyond the refusal: whose rules refused, and which profile would fit a token of that shape. */
function explained(error: unknown, token: ReadToken, { rules, kind }: TrustedIssuer): unknown {
  if (!(error instanceof Rejection)) return error
  const isReadHere = token.kind === 'signed' && kind === 'signing'
  if (!isReadHere || !isShapeRefusal(error.code) || !isObserved()) return error.by(rules.issuer)
  const shape = { type: token.type, claims: new Set(token.payload.names()) }
  const profile = fittingProfile(shape, rules.profile)
  return error.by(rules.issuer, profile && { fittingProfile: profile })
}

/** Operators are told to whom a genuine token was issued when it is refused for what its sender lacks. */
function attributed(error: unknown, access: Access): unknown {
  return error instanceof Rejection ? error.to(access) : error
}

/** A message from outside may lack its token, and types do not hold there. */
function requireText(token: unknown): string {
  if (typeof token === 'string') return token
  throw new Rejection('token_malformed')
}
