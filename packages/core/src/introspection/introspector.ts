import { Rejection } from '../errors/rejection.ts'
import { type Fetcher, FetchFailure, fetchBody, readDocument } from '../issuer/fetch-document.ts'
import type { IssuerKeys, KeySetState } from '../issuer/verification-key.ts'
import type { IntrospectionProof, IssuerRules } from '../options/issuer-rules.ts'
import { type JsonObject, parseJsonObject } from '../shared/json.ts'
import { LONGEST_WARM_UP_SECONDS, STILL_WARMING_UP, withinSeconds } from '../shared/within-seconds.ts'
import type { ReadToken } from '../token/read-token.ts'
import type { InactiveTokens } from './inactive-tokens.ts'
import { IntrospectionEndpoint } from './introspection-endpoint.ts'
import { type IntrospectionClient, introspectionClient } from './introspection-request.ts'
import { readSignedAnswer, SIGNED_ANSWER } from './signed-answer.ts'

declare const introspected: unique symbol

/** A token that its issuer says is active. Only this file can make one, so whoever has one may read its claims. */
export interface IntrospectedToken {
  readonly [introspected]: true
  readonly kind: 'introspected'
  readonly claims: JsonObject
  /** How long the answer is believed; milliseconds since the epoch. */
  readonly evidence: { readonly kind: 'introspected'; readonly askedAt: number; readonly believedUntil: number }
}

/** Each made-up token is a question; more at once than this would turn a flood here into one there. */
const MAX_QUESTIONS = 1000
const NO_KEYS: KeySetState = { keySet: 'none' }
const INACTIVE: JsonObject = Object.freeze({ active: false })

/**
 * Asks the issuer about tokens. One question at a time for each token; that a token is not active is remembered as long as
 * the opposite would be.
 * @see RFC 7662, RFC 9701
 */
export class Introspector {
  readonly #rules: IssuerRules
  readonly #proof: IntrospectionProof
  readonly #keys: IssuerKeys | undefined
  readonly #client: IntrospectionClient
  readonly #fetcher: Fetcher
  readonly #endpoint: IntrospectionEndpoint
  readonly #inactive: InactiveTokens
  readonly #underWay = new Map<string, Promise<IntrospectedToken>>()

  /** @param keys of signed answers; `undefined` where answers are plain JSON */
  constructor(rules: IssuerRules, proof: IntrospectionProof, keys: IssuerKeys | undefined, inactive: InactiveTokens) {
    this.#rules = rules
    this.#proof = proof
    this.#keys = keys
    this.#inactive = inactive
    const accept = keys === undefined ? 'application/json' : `application/${SIGNED_ANSWER}`
    this.#client = introspectionClient(proof.client, rules, accept)
    this.#fetcher = { fetch: this.#client.fetch, timeoutSeconds: rules.fetchTimeoutSeconds }
    this.#endpoint = new IntrospectionEndpoint(rules, proof.endpoint, this.#client.mutualTls)
  }

  /**
   * @param digest of the token: what is remembered is filed under it, and never the token
   * @throws Rejection `token_inactive`, `introspection_unavailable`, `keys_unavailable`, `signature_queue_full`
   */
  introspect(token: ReadToken, digest: string): Promise<IntrospectedToken> {
    const underWay = this.#underWay.get(digest)
    if (underWay !== undefined) return underWay
    const answer = this.#ask(token, digest).finally(() => this.#underWay.delete(digest))
    this.#underWay.set(digest, answer)
    return answer
  }

  /** Finds the endpoint and the keys of signed answers, at the same time. Never rejects. */
  async warm(): Promise<KeySetState> {
    const [reason, keys] = await Promise.all([this.#whyUnreachable(), this.#keys?.warm() ?? NO_KEYS])
    return reason === undefined ? keys : { keySet: 'unavailable', reason }
  }

  #whyUnreachable(): Promise<string | undefined> {
    const found = this.#endpoint.find().then(
      () => undefined,
      (error: FetchFailure) => error.message,
    )
    return withinSeconds<string | undefined>(LONGEST_WARM_UP_SECONDS, found, STILL_WARMING_UP)
  }

  async #ask({ compact }: ReadToken, digest: string): Promise<IntrospectedToken> {
    if (this.#inactive.has(digest, this.#rules, this.#proof.cacheSeconds)) throw new Rejection('token_inactive')
    try {
      if (this.#underWay.size >= MAX_QUESTIONS) throw new FetchFailure('too many tokens are being asked about at once')
      // From before the question: the token may be revoked while the answer is under way.
      const askedAt = this.#rules.clock()
      const response = await this.#fetch(compact)
      if (response.active === true) return this.#introspected(response, askedAt)
      if (response.active !== false) throw new FetchFailure('the answer does not say whether the token is active')
    } catch (error) {
      if (error instanceof Rejection) throw error
      // What is no failure to fetch comes from making the question: a clock that yields NaN, a key that will not sign.
      throw this.#unavailable(error instanceof FetchFailure ? error.message : 'the question could not be made')
    }
    this.#inactive.add(digest, this.#rules)
    throw new Rejection('token_inactive')
  }

  async #fetch(compact: string): Promise<JsonObject> {
    const url = await this.#endpoint.find()
    const { status, bytes } = await fetchBody(url, await this.#client.request(compact), this.#fetcher, [200, 400])
    if (status === 400) return refusedAnswer(bytes)
    if (this.#keys === undefined) return readDocument(bytes)
    const text = Buffer.from(bytes).toString('latin1')
    return readSignedAnswer(text, this.#rules, this.#keys, this.#proof.client.clientId)
  }

  #introspected(claims: JsonObject, askedAt: number): IntrospectedToken {
    const believedUntil = askedAt + this.#proof.cacheSeconds * 1000
    const evidence = { kind: 'introspected', askedAt, believedUntil }
    return { kind: 'introspected', claims, evidence } as unknown as IntrospectedToken
  }

  #unavailable(reason: string): Rejection {
    return new Rejection('introspection_unavailable', { reason }, Math.ceil(this.#rules.refreshCooldownSeconds))
  }
}

/**
 * Some servers refuse to be asked about tokens of a kind that they do not keep, JWTs for example. That is a verdict about
 * the token; any other error is about the question.
 * @throws FetchFailure
 * @see RFC 7009 section 2.2.1
 */
function refusedAnswer(bytes: Uint8Array): JsonObject {
  if (parseJsonObject(bytes)?.error === 'unsupported_token_type') return INACTIVE
  throw new FetchFailure('the answer had status 400')
}
