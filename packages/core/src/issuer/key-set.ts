import { Rejection } from '../errors/rejection.ts'
import { publishKeySet } from '../observe/channels.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import type { KeySource } from '../options/parse-key-source.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import { LONGEST_WARM_UP_SECONDS, STILL_WARMING_UP, withinSeconds } from '../shared/within-seconds.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import type { FetchFailure } from './fetch-document.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { keySourceOf, type PublishedKeySet } from './key-source.ts'
import { RefreshSchedule } from './refresh-schedule.ts'
import type { IssuerKeys, KeyEvidence, KeySetState, SignatureEngine, VerificationKey } from './verification-key.ts'

/**
 * The issuer's keys, kept current. Requests drive it, no timer does: while requests come, one of them starts the refresh
 * before freshness ends and none waits, provided that it ends before freshness does; after a quiet spell the first one
 * waits, so that a key withdrawn meanwhile is not believed, unless fetching failed just before and stale keys serve. At
 * most one refresh is under way, and at most one is made per cool-down, whatever the requests ask for.
 */
export class KeySet implements IssuerKeys {
  readonly #options: IssuerRules
  readonly #engine: SignatureEngine
  readonly #load: () => Promise<PublishedKeySet>
  readonly #schedule: RefreshSchedule
  #ring: KeyRing | undefined
  /** What holds without being asked about, until the ring is another one. */
  #unasked: KeyEvidence[] = []
  #refreshing: Promise<void> | undefined
  #lastFailure = ''

  constructor(options: IssuerRules, keySource: KeySource, engine: SignatureEngine) {
    this.#options = options
    this.#engine = engine
    this.#load = keySourceOf(keySource, options)
    this.#schedule = new RefreshSchedule(options)
  }

  /**
   * Whether a token verified with this key would be verified with it again: its `kid` still names the key. Starts a refresh
   * where one is due. Where none is for a while, it need not be asked again until then.
   */
  isCurrent(evidence: KeyEvidence, now: number): boolean {
    const isDue = this.#schedule.isDue(now)
    if (isDue) this.#refreshInBackground(now)
    if (this.#ring === undefined || !this.#schedule.isUsable(now)) return false
    const candidates = this.#ring.find(evidence.key.algorithm, evidence.kid)
    if (candidates.length > MAX_CANDIDATES || !candidates.includes(evidence.key)) return false
    if (!isDue) this.#vouchFor(evidence)
    return true
  }

  #vouchFor(evidence: KeyEvidence): void {
    const { fetchedAt, dueAt } = this.#schedule
    evidence.validFrom = fetchedAt
    evidence.validUntil = dueAt
    if (!this.#unasked.includes(evidence)) this.#unasked.push(evidence)
  }

  #endVouching(): void {
    for (const evidence of this.#unasked) evidence.validUntil = 0
    this.#unasked = []
  }

  /**
   * The keys that the token may be signed with: one, as a rule; a few where the issuer publishes several under one `kid`
   * or none of them has one. A `kid` that is not known causes a fetch if the cool-down allows it.
   * @throws Rejection `key_unknown`, `key_ambiguous`; `keys_unavailable` where the answer cannot be known
   * @see RFC 7517 section 4.5, FAPI 2.0 Security Profile section 5.4
   */
  select(token: DecodedToken): MaybePromise<readonly VerificationKey[]> {
    const now = this.#options.clock()
    if (this.#schedule.isDue(now)) this.#refreshInBackground(now)
    const candidates = this.#find(token, now)
    return isUsableChoice(candidates) ? candidates : this.#selectAfterRefresh(token)
  }

  /**
   * Keys to try after a signature did not verify: the issuer may have replaced the key material under the same `kid`. None
   * where a refresh is not allowed yet, failed or changed nothing; the signature then stays invalid, also while the issuer
   * is down: saying "cannot check" instead would answer every forgery with 503.
   */
  async selectReplacements(
    token: DecodedToken,
    tried: readonly VerificationKey[],
  ): Promise<readonly VerificationKey[]> {
    await this.#refreshIfAllowed()
    const candidates = this.#find(token, this.#options.clock())
    return isUsableChoice(candidates) ? candidates.filter(key => !tried.includes(key)) : []
  }

  /** Fetches the keys unless they are there. Never rejects; what takes longer than 3 seconds goes on by itself. */
  async warm(): Promise<KeySetState> {
    const { clock } = this.#options
    if (!this.#schedule.isUsable(clock()))
      await withinSeconds(LONGEST_WARM_UP_SECONDS, this.#refreshIfAllowed(), undefined)
    if (!this.#schedule.isUsable(clock())) {
      return { keySet: 'unavailable', reason: this.#refreshing === undefined ? this.#lastFailure : STILL_WARMING_UP }
    }
    if (this.#ring?.keys.length === 0) return { keySet: 'empty', reason: 'the key set has no key that can be used' }
    return { keySet: 'available' }
  }

  async #selectAfterRefresh(token: DecodedToken): Promise<readonly VerificationKey[]> {
    await this.#refreshIfAllowed()
    const now = this.#options.clock()
    const candidates = this.#find(token, now)
    if (isUsableChoice(candidates)) return candidates
    if (candidates.length > 0) throw new Rejection('key_ambiguous', { keys: candidates.length })
    // While fetching fails nobody knows whether the issuer has just published this key.
    if (!this.#schedule.isUsable(now) || this.#schedule.failures > 0) {
      throw new Rejection('keys_unavailable', undefined, this.#schedule.retryAfterSeconds(now))
    }
    throw new Rejection('key_unknown')
  }

  #find(token: DecodedToken, now: number): readonly VerificationKey[] {
    if (this.#ring === undefined || !this.#schedule.isUsable(now)) return []
    return this.#ring.find(token.algorithm, token.kid)
  }

  #refreshInBackground(now: number): void {
    if (this.#refreshing === undefined && this.#schedule.mayFetch(now)) void this.#refresh()
  }

  #refreshIfAllowed(): Promise<void> | undefined {
    if (this.#refreshing !== undefined) return this.#refreshing
    return this.#schedule.mayFetch(this.#options.clock()) ? this.#refresh() : undefined
  }

  /** Single flight; never rejects. */
  #refresh(): Promise<void> {
    this.#refreshing = this.#fetch().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #fetch(): Promise<void> {
    const { issuer, algorithms, clock } = this.#options
    try {
      const { jwks, freshSeconds } = await this.#load()
      this.#ring = await createKeyRing(jwks, algorithms, this.#engine, this.#ring, issuer)
      this.#endVouching()
      this.#schedule.succeeded(clock(), freshSeconds)
      publishKeySet({
        issuer,
        outcome: 'refreshed',
        keys: this.#ring.keys.length,
        ignored: this.#ring.ignored,
        freshSeconds,
      })
    } catch (error) {
      const now = clock()
      this.#schedule.failed(now)
      this.#lastFailure = (error as FetchFailure).message
      const retryAfterSeconds = this.#schedule.retryAfterSeconds(now)
      const { failures } = this.#schedule
      publishKeySet({ issuer, outcome: 'failed', reason: this.#lastFailure, failures, retryAfterSeconds })
    }
  }
}

/** More keys than this under one `kid` would make every forged token cost as many signature checks. */
const MAX_CANDIDATES = 4

function isUsableChoice(candidates: readonly VerificationKey[]): boolean {
  return candidates.length > 0 && candidates.length <= MAX_CANDIDATES
}
