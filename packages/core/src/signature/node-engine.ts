import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import type { PublicJwk } from '../issuer/public-jwk.ts'
import type { ImportedKey, SignatureEngine } from '../issuer/verification-key.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import { signatureBytesOf } from './signature-bytes.ts'
import type { SignatureQueue } from './signature-queue.ts'

/**
 * OpenSSL keeps 7 KB for each P-256 key that was used once: with a key for each of ten thousand tenants, more than all the
 * rest. Keys past this many are made again from their JWK when they are needed, which costs 47 µs beside a check of 64 µs.
 * Whichever was made first goes first, whether it is in use or not: to keep account of use would cost every check.
 */
const MAX_OPENSSL_KEYS = 2500

/** What `crypto.verify` takes: the key, and how signatures under it are written. */
interface VerifyParameters {
  readonly key: KeyObject
  readonly padding?: number
  readonly saltLength?: number
  readonly dsaEncoding?: 'ieee-p1363'
}

/**
 * Signatures by `node:crypto`. The first verification of an event-loop turn runs at once, further ones go to the thread pool, in
 * a burst all of them: a lone request is answered without a detour (32,500 RS256 verifications per second against 12,700
 * through the pool), a burst uses all cores (59,700 with 64 in flight against 32,600).
 */
class NodeEngine implements SignatureEngine {
  readonly queue: SignatureQueue
  readonly #keysInOpenssl = new Set<NodeKey>()
  #verifiedInThisTurn = false
  readonly #endTurn = (): void => {
    this.#verifiedInThisTurn = false
  }

  constructor(queue: SignatureQueue) {
    this.queue = queue
  }

  importKey(jwk: PublicJwk, algorithm: Algorithm): ImportedKey {
    const key = new NodeKey(jwk, algorithm, this)
    key.requireParameters()
    return key
  }

  importSecret(secret: Uint8Array, { digest = 'sha256' }: Algorithm): ImportedKey {
    const key = createSecretKey(secret)
    return {
      verify({ signingInput, signature }) {
        const expected = createHmac(digest, key).update(signingInput).digest()
        return signature.length === expected.length && timingSafeEqual(signature, expected)
      },
    }
  }

  /** Counts a key that OpenSSL keeps from now on; past the bound, the one that it has kept for the longest is let go. */
  hold(key: NodeKey): void {
    this.#keysInOpenssl.add(key)
    if (this.#keysInOpenssl.size <= MAX_OPENSSL_KEYS) return
    const [oldest] = this.#keysInOpenssl as Iterable<NodeKey> as [NodeKey]
    oldest.releaseParameters()
    this.#keysInOpenssl.delete(oldest)
  }

  /**
   * Takes the one verification of this turn that runs at once; false where it is taken, or a burst is under way, in which the
   * event loop has enough to do without. A few that wait are no burst: something else may keep the pool busy for long.
   */
  claimTurn(): boolean {
    if (this.#verifiedInThisTurn || this.queue.isBursting) return false
    this.#verifiedInThisTurn = true
    setImmediate(this.#endTurn)
    return true
  }
}

class NodeKey implements ImportedKey {
  readonly jwk: PublicJwk
  readonly algorithm: Algorithm
  readonly #signatureBytes: number
  readonly #engine: NodeEngine
  #parameters: VerifyParameters | undefined

  constructor(jwk: PublicJwk, algorithm: Algorithm, engine: NodeEngine) {
    this.jwk = jwk
    this.algorithm = algorithm
    this.#signatureBytes = signatureBytesOf(jwk, algorithm)
    this.#engine = engine
  }

  /** Throws where OpenSSL refuses the key, which can only be when it is imported first. */
  requireParameters(): VerifyParameters {
    if (this.#parameters !== undefined) return this.#parameters
    this.#parameters = parametersFor(this)
    this.#engine.hold(this)
    return this.#parameters
  }

  releaseParameters(): void {
    this.#parameters = undefined
  }

  verify({ signingInput, signature }: DecodedToken): MaybePromise<boolean> {
    const { digest } = this.algorithm
    if (signature.length !== this.#signatureBytes) return false
    const parameters = this.requireParameters()
    if (this.#engine.claimTurn()) return verifyNow(digest, signingInput, parameters, signature)
    return verifyLater(digest, signingInput, parameters, signature, this.#engine.queue)
  }
}

export function createNodeEngine(queue: SignatureQueue): SignatureEngine {
  return new NodeEngine(queue)
}

function verifyNow(
  digest: Algorithm['digest'],
  signingInput: Buffer,
  parameters: VerifyParameters,
  signature: Buffer,
): boolean {
  try {
    return verify(digest, signingInput, parameters, signature)
  } catch {
    return false
  }
}

/** In the thread pool. @throws Rejection `signature_queue_full` */
function verifyLater(
  digest: Algorithm['digest'],
  signingInput: Buffer,
  parameters: VerifyParameters,
  signature: Buffer,
  queue: SignatureQueue,
): Promise<boolean> {
  queue.enter()
  return new Promise(resolve => {
    const settle = (holds: boolean): void => {
      queue.leave()
      resolve(holds)
    }
    try {
      verify(digest, signingInput, parameters, signature, (error, valid) => settle(error === null && valid))
    } catch {
      settle(false)
    }
  })
}

function parametersFor({ jwk, algorithm: { kty, pss } }: NodeKey): VerifyParameters {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  if (kty !== 'RSA') return { key, dsaEncoding: 'ieee-p1363' }
  if (!pss) return { key, padding: constants.RSA_PKCS1_PADDING }
  // PSS with the salt as long as the hash and nothing else (RFC 7518 section 3.5).
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}
