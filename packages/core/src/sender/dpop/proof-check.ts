import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Rejection } from '../../errors/rejection.ts'
import type { ImportedKey, SignatureEngine } from '../../issuer/verification-key.ts'
import type { DpopRules } from '../../options/parse-dpop.ts'
import type { ReplayStore, SeenProof } from '../../options/replay-store.ts'
import { DUPLICATED, singleHeaderValue } from '../../request/header-values.ts'
import type { ResourceRequest } from '../../request/resource-request.ts'
import { andThen, isPending, type MaybePromise } from '../../shared/maybe-promise.ts'
import { withinSeconds } from '../../shared/within-seconds.ts'
import { claimsSignedBy } from '../../signature/verify-signature.ts'
import { Nonces } from './nonces.ts'
import { acceptProofClaims, type ProofRules } from './proof-claims.ts'
import { type DecodedProof, invalidProof, readProof } from './read-proof.ts'
import { createReplayStore } from './replay-store.ts'
import type { OriginRules } from './target-uri.ts'

/** Clients keep their key for as long as they live; those of the last ones are kept imported. */
const MAX_PROOF_KEYS = 2500

const RETRY_AFTER_SECONDS = 1

/** What is needed of the options. */
export interface ProofCheckOptions extends OriginRules {
  readonly clock: () => number
  readonly clockToleranceSeconds: number
  /** A store that does not answer for so long cannot tell. */
  readonly fetchTimeoutSeconds: number
}

/**
 * Checks that the sender of a request holds the key that its token is bound to. What costs nothing comes first, what is
 * remembered last: a proof that fails is not used up.
 * @see RFC 9449 section 4.3
 */
export class ProofCheck {
  readonly #rules: ProofRules
  readonly #algorithms: DpopRules['algorithms']
  readonly #replayStore: ReplayStore
  readonly #nonces: Nonces | undefined
  readonly #engine: SignatureEngine
  /** The proof that a request was let in with, by the identity of the request. */
  readonly #usedUp = new WeakMap<object, string>()
  readonly #storeTimeoutSeconds: number
  readonly #keys = new LRUCache<string, ImportedKey>({ max: MAX_PROOF_KEYS })

  constructor(dpop: DpopRules, options: ProofCheckOptions, engine: SignatureEngine) {
    const { clock, clockToleranceSeconds } = options
    this.#nonces = dpop.nonces && new Nonces(dpop.nonces, clock)
    this.#rules = {
      ...options,
      nonces: this.#nonces,
      maxAgeMilliseconds: (dpop.proofMaxAgeSeconds + clockToleranceSeconds) * 1000,
    }
    this.#algorithms = dpop.algorithms
    this.#replayStore = dpop.replayStore ?? createReplayStore({ clock })
    this.#storeTimeoutSeconds = options.fetchTimeoutSeconds
    this.#engine = engine
  }

  /** For challenges; `undefined` where none is asked for. */
  get nonce(): string | undefined {
    return this.#nonces?.current
  }

  /**
   * What to hand out with the response: a nonce, where the client should use a newer one from now on.
   * @param jkt thumbprint of the key that the token is bound to
   * @throws Rejection all codes that begin with `dpop_`, `replay_store_unavailable`
   */
  require(request: ResourceRequest, token: string, jkt: string): MaybePromise<string | undefined> {
    const value = singleHeaderValue(request.headers, 'dpop')
    if (value === undefined) throw new Rejection('dpop_proof_missing')
    if (value === DUPLICATED) throw new Rejection('dpop_proof_duplicated')
    const proof = readProof(value, this.#algorithms)
    if (proof.key.thumbprint !== jkt) throw new Rejection('dpop_binding_mismatch')
    const claims = andThen(this.#keyOf(proof, jkt), key => claimsSignedBy(key, proof.jws))
    return andThen(claims, signed => {
      if (signed === undefined) throw invalidProof('DP6', 'the signature does not verify')
      const life = acceptProofClaims(signed, request, token, this.#rules)
      const key = hash('sha256', `${jkt}.${signed.jti}`, 'base64url')
      return andThen(this.#useUp({ key, ...life }, request), () => this.#nonces?.newerThan(signed.nonce))
    })
  }

  /** By key and algorithm: a key can be used with several. */
  #keyOf({ key: { jwk }, jws: { algorithm } }: DecodedProof, jkt: string): MaybePromise<ImportedKey> {
    const id = `${algorithm.name} ${jkt}`
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const keep = (key: ImportedKey): ImportedKey => {
      this.#keys.set(id, key)
      return key
    }
    const refuse = (): never => {
      throw invalidProof('DP6', 'the jwk cannot be used: the cryptography refuses it')
    }
    try {
      const imported = this.#engine.importKey(jwk, algorithm)
      return isPending(imported) ? imported.then(keep, refuse) : keep(imported)
    } catch {
      return refuse()
    }
  }

  #useUp(proof: SeenProof, { identity }: ResourceRequest): MaybePromise<void> {
    if (identity !== undefined && this.#usedUp.get(identity) === proof.key) return undefined
    return andThen(this.#answerOf(proof), isNew => {
      if (isNew === false) throw new Rejection('dpop_proof_replayed')
      if (isNew !== true) throw unavailable(isNew)
      if (identity !== undefined) this.#usedUp.set(identity, proof.key)
    })
  }

  /** The store may be the application's own: whatever is not a clear answer, a throw included, lets nobody in. */
  #answerOf(proof: SeenProof): MaybePromise<unknown> {
    try {
      const answer: MaybePromise<unknown> = this.#replayStore.remember(proof)
      if (!isPending(answer)) return answer
      const settled = answer.then(undefined, asFailure)
      return withinSeconds<unknown>(this.#storeTimeoutSeconds, settled, new Error('it did not answer in time'))
    } catch (error) {
      return asFailure(error)
    }
  }
}

function asFailure(error: unknown): Error {
  return error instanceof Error ? error : new Error('it failed')
}

/** Operators are told what the store says of itself. */
function unavailable(answer: unknown): Rejection {
  const reason = answer instanceof Error ? answer.message : 'it gave no clear answer'
  return new Rejection('replay_store_unavailable', { reason }, RETRY_AFTER_SECONDS)
}
