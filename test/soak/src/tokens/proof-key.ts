import { createHash, type KeyObject, randomUUID } from 'node:crypto'
import { createDpopKey } from '@scopeward/testing'
import { ORIGIN } from '../rules.ts'
import { signCompact } from './signing.ts'

/** The key of a client that proves possession. */
export class ProofKey {
  readonly thumbprint: string
  readonly #jwk: object
  readonly #privateKey: KeyObject

  private constructor(thumbprint: string, jwk: object, privateKey: KeyObject) {
    this.thumbprint = thumbprint
    this.#jwk = jwk
    this.#privateKey = privateKey
  }

  static async create(): Promise<ProofKey> {
    const { thumbprint, jwk, privateKey } = await createDpopKey('ES256')
    return new ProofKey(thumbprint, jwk, privateKey)
  }

  /** For `GET` of a path, beside this token. */
  prove(path: string, token: string): Proof {
    const claims = {
      jti: randomUUID(),
      htm: 'GET',
      htu: ORIGIN + path,
      iat: Date.now() / 1000,
      ath: createHash('sha256').update(token).digest('base64url'),
    }
    return new Proof(
      signCompact({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.#jwk }, claims, 'ES256', this.#privateKey),
      this,
    )
  }
}

/** A proof, and what became of it so far. */
export class Proof {
  readonly text: string
  readonly key: ProofKey
  /** When each request with it was sent. */
  readonly sentAt: number[] = []
  /** When the answer to the first request that got in arrived. */
  grantedAt: number = Number.POSITIVE_INFINITY
  grants = 0
  replays = 0

  constructor(text: string, key: ProofKey) {
    this.text = text
    this.key = key
  }

  /** Whether all requests with it are answered, and none got in although each was told that another had. */
  get wasLost(): boolean {
    return this.grants === 0 && this.replays > 0 && this.replays === this.sentAt.length
  }
}
