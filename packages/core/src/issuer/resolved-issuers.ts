import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { Rejection } from '../errors/rejection.ts'
import { IntrospectionIssuer } from '../options/introspection.ts'
import type { ResolveIssuer, ServerRules } from '../options/issuer-rules.ts'
import { SharedSecretIssuer } from '../options/shared-secret.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import { isBetween } from '../shared/time-window.ts'
import { withinSeconds } from '../shared/within-seconds.ts'
import type { ReadToken } from '../token/read-token.ts'
import { claimedIssuer, type IssuerDirectory, type KnowsRules } from './issuer-directory.ts'

interface Known<Issuer> {
  readonly issuer: Issuer
  /** Tells whether the application answers the same again. */
  readonly fingerprint: unknown
  readonly answeredAt: number
  /** When to ask again, beside requests. */
  readonly askAt: number
  /** When requests have to wait for the answer. */
  readonly trustedUntil: number
}

/** A name that is refused for a while: not known, or the application could not say. */
interface Refused {
  readonly rejection: Rejection
  readonly since: number
  readonly until: number
}

/** Longer names are not asked for: they come from tokens that nobody has verified. */
const MAX_NAME_LENGTH = 512
/** Each made-up name is a question to the application's data base; past this many at once, new names have to wait. */
const MAX_QUESTIONS = 1000
/** Past this share of its time an answer is asked for again. */
const ASK_AT = 0.8
const MAX_REFUSED_NAMES = 10_000
const MAX_UNKNOWN_SECONDS = 30
const LATE: unique symbol = Symbol('late')

/**
 * Issuers that the application finds by name when a token comes. Its answers are remembered, that it does not know a name
 * too, each kind in a cache of its own: made-up names cannot push tenants out. One question at a time for each name.
 */
export class ResolvedIssuers<Issuer extends KnowsRules> implements IssuerDirectory<Issuer> {
  readonly listed: readonly Issuer[] = []
  readonly #server: ServerRules
  readonly #resolve: ResolveIssuer
  readonly #trust: (definition: unknown) => Issuer
  readonly #known: LRUCache<string, Known<Issuer>>
  /** By the digest of the name: it stands in tokens that nobody has verified, and a heap dump is to hold nothing of those. */
  readonly #refused = new LRUCache<string, Refused>({ max: MAX_REFUSED_NAMES })
  readonly #underWay = new Map<string, Promise<Issuer>>()

  /** @param trust makes an issuer of a definition; throws ConfigurationError where it cannot be used */
  constructor(server: ServerRules, resolve: ResolveIssuer, trust: (definition: unknown) => Issuer) {
    this.#server = server
    this.#resolve = resolve
    this.#trust = trust
    this.#known = new LRUCache({ max: server.issuerCacheMaxEntries })
  }

  find(token: ReadToken): MaybePromise<Issuer> {
    // Without a name there is nobody to ask for; and introspection of opaque tokens needs one issuer, not many.
    if (token.kind === 'opaque') throw new Rejection('token_malformed')
    const name = claimedIssuer(token)
    if (name === '' || name.length > MAX_NAME_LENGTH) throw new Rejection('issuer_not_trusted')
    const now = this.#server.clock()
    const known = this.#known.get(name)
    if (known !== undefined && this.#isTrusted(name, known, now)) return known.issuer
    const refused = this.#refused.get(digestOf(name))
    if (refused !== undefined && isBetween(refused.since, now, refused.until)) throw refused.rejection
    return this.#ask(name)
  }

  isCurrent(issuer: Issuer, now: number): boolean {
    const known = this.#known.get(issuer.rules.issuer)
    return known?.issuer === issuer && this.#isTrusted(issuer.rules.issuer, known, now)
  }

  /** Starts a question where one is due, so that no request waits while requests come. */
  #isTrusted(name: string, known: Known<Issuer>, now: number): boolean {
    if (!isBetween(known.answeredAt, now, known.trustedUntil)) return false
    if (now >= known.askAt && !this.#underWay.has(name)) this.#ask(name).catch(() => undefined)
    return true
  }

  #ask(name: string): Promise<Issuer> {
    const underWay = this.#underWay.get(name)
    if (underWay !== undefined) return underWay
    const answer = this.#answer(name).finally(() => this.#underWay.delete(name))
    this.#underWay.set(name, answer)
    return answer
  }

  async #answer(name: string): Promise<Issuer> {
    const { fetchTimeoutSeconds, issuerCacheSeconds, clock } = this.#server
    const known = this.#known.get(name)
    try {
      // Names that are known are few, and a flood of others must not keep a withdrawn one from being asked about.
      if (known === undefined && this.#underWay.size >= MAX_QUESTIONS) throw this.#unavailable(TOO_MANY)
      const definition = await withinSeconds<unknown>(fetchTimeoutSeconds, this.#call(name), LATE)
      if (definition === LATE) throw new Failure(`it did not answer within ${fetchTimeoutSeconds} s`)
      if (definition === undefined || definition === null) return this.#refuseUnknown(name)
      requireName(definition, name)
      const fingerprint = fingerprintOf(definition)
      const isSame = known !== undefined && known.fingerprint === fingerprint
      const issuer = isSame ? known.issuer : this.#trust(definition)
      const now = clock()
      const fresh = { askAt: now + issuerCacheSeconds * ASK_AT * 1000, trustedUntil: now + issuerCacheSeconds * 1000 }
      this.#known.set(name, { issuer, fingerprint, answeredAt: now, ...fresh })
      this.#refused.delete(digestOf(name))
      return issuer
    } catch (error) {
      if (error instanceof Rejection) throw error
      return this.#lastKnown(name, known, reasonOf(error))
    }
  }

  async #call(name: string): Promise<unknown> {
    return this.#resolve(name)
  }

  #refuseUnknown(name: string): never {
    this.#known.delete(name)
    const seconds = Math.min(MAX_UNKNOWN_SECONDS, this.#server.issuerCacheSeconds)
    return this.#refuse(name, new Rejection('issuer_not_trusted'), seconds)
  }

  #refuse(name: string, rejection: Rejection, seconds: number): never {
    const since = this.#server.clock()
    this.#refused.set(digestOf(name), { rejection, since, until: since + seconds * 1000 })
    throw rejection
  }

  /** While the application cannot answer, its last answer holds for a while, as keys do while fetching fails. */
  #lastKnown(name: string, known: Known<Issuer> | undefined, reason: string): Issuer {
    const { staleIfErrorSeconds, issuerCacheSeconds, refreshCooldownSeconds, fetchTimeoutSeconds, clock } = this.#server
    const now = clock()
    const staleUntil = known && known.answeredAt + (issuerCacheSeconds + staleIfErrorSeconds) * 1000
    if (known === undefined || staleUntil === undefined || !isBetween(known.answeredAt, now, staleUntil)) {
      return this.#refuse(name, this.#unavailable(reason), refreshCooldownSeconds)
    }
    // Long enough that the next question, asked beside requests after the cool-down, has ended before they have to wait.
    const trustedUntil = now + (refreshCooldownSeconds + fetchTimeoutSeconds + 1) * 1000
    const askAt = now + refreshCooldownSeconds * 1000
    this.#known.set(name, { ...known, askAt, trustedUntil: Math.min(trustedUntil, staleUntil) })
    return known.issuer
  }

  #unavailable(reason: string): Rejection {
    return new Rejection('issuer_unavailable', { reason }, Math.ceil(this.#server.refreshCooldownSeconds))
  }
}

function digestOf(name: string): string {
  return hash('sha256', name, 'binary')
}

const TOO_MANY = 'too many names are being asked for at once'

/** Why the application's function gave nothing that can be used. For operators. */
class Failure {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** Messages of our own are passed on; what the function itself throws may hold anything. */
function reasonOf(error: unknown): string {
  const isOurs = error instanceof Failure || error instanceof ConfigurationError
  return `the function "issuer" failed: ${isOurs ? error.message : `it threw${kindOf(error)}`}`
}

/** `ECONNREFUSED` and its like: codes are constants of somebody's source, messages are not. */
function kindOf(error: unknown): string {
  const code: unknown = error instanceof Error ? (error as { readonly code?: unknown }).code : undefined
  return typeof code === 'string' && isCode(code) ? ` (${code})` : ''
}

function isCode(text: string): boolean {
  return text.length <= 40 && text === text.toUpperCase() && !text.includes(' ')
}

/** Before it is read any further: a secret that was returned by mistake must not end up in a message. */
function requireName(definition: unknown, name: string): void {
  const named = typeof definition === 'object' ? (definition as { readonly issuer?: unknown }).issuer : definition
  if (named === name || (named === undefined && typeof definition === 'object')) return
  throw new Failure('it answered with another issuer than the one asked for')
}

/** Definitions are the same where they say the same; secrets and credentials, which say nothing, where they are the same object. */
function fingerprintOf(definition: unknown): unknown {
  const isOpaque = definition instanceof SharedSecretIssuer || definition instanceof IntrospectionIssuer
  if (isOpaque) return definition
  try {
    return JSON.stringify(definition)
  } catch {
    throw new Failure('it answered with something that is not plain data')
  }
}
