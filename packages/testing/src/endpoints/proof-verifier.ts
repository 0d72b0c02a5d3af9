import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { EmbeddedJWK, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose'
import { ALGORITHMS } from '../algorithms.ts'
import type { BoundTo } from '../bound-to.ts'
import { normalUri } from '../dpop/normal-uri.ts'
import { jwkThumbprint } from '../dpop/thumbprint.ts'
import { TokenError } from './token-error.ts'

export const PROOF_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS)

const MAX_AGE_SECONDS = 60
const MAX_AHEAD_SECONDS = 10

/** Verifies the DPoP proofs of token requests, each for one use only (RFC 9449 sections 4.3 and 5). */
export class ProofVerifier {
  /** The nonce that every proof must carry; `undefined`: none is asked for. */
  readonly nonce: string | undefined
  readonly #endpoint: string
  readonly #clock: () => number
  readonly #used = new Set<string>()

  constructor(endpoint: string, clock: () => number, requireNonce: boolean) {
    this.nonce = requireNonce ? randomBytes(16).toString('base64url') : undefined
    this.#endpoint = endpoint
    this.#clock = clock
  }

  /**
   * The key that the token is to be bound to; `undefined` where the request has no proof.
   * @throws TokenError `invalid_dpop_proof`, `use_dpop_nonce`
   */
  async verify(request: IncomingMessage): Promise<BoundTo | undefined> {
    const [proof, ...more] = request.headersDistinct.dpop ?? []
    if (proof === undefined) return undefined
    if (more.length > 0) throw notValid('there is more than one')
    const { payload, protectedHeader } = await this.#verifySignature(proof)
    this.#requireRequest(request.method, payload)
    this.#requireTime(payload)
    this.#requireNonce(payload)
    const jwk = protectedHeader.jwk as Readonly<Record<string, unknown>>
    this.#requireFirstUse(jwkThumbprint(jwk), payload)
    return { jwk }
  }

  async #verifySignature(proof: string): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...PROOF_ALGORITHMS],
        requiredClaims: ['jti', 'htm', 'htu', 'iat'],
        currentDate: new Date(this.#clock()),
      })
    } catch (error) {
      // Any error: a key may also be one that the crypto library refuses to read.
      throw notValid((error as Error).message)
    }
  }

  #requireRequest(method: string | undefined, { htm, htu }: JWTPayload): void {
    if (htm !== method) throw notValid('htm is not the method of the request')
    if (typeof htu === 'string' && normalUri(htu) === normalUri(this.#endpoint)) return
    throw notValid('htu is not the URL of the token endpoint')
  }

  #requireTime({ iat }: JWTPayload): void {
    const age = this.#clock() / 1000 - Number(iat)
    if (age <= MAX_AGE_SECONDS && age >= -MAX_AHEAD_SECONDS) return
    throw notValid(`iat is more than ${MAX_AGE_SECONDS} s ago or ${MAX_AHEAD_SECONDS} s ahead`)
  }

  #requireNonce({ nonce }: JWTPayload): void {
    if (this.nonce === undefined || nonce === this.nonce) return
    throw new TokenError('use_dpop_nonce', 'the proof must carry the nonce of the header DPoP-Nonce')
  }

  #requireFirstUse(thumbprint: string, { jti }: JWTPayload): void {
    if (typeof jti !== 'string' || jti === '') throw notValid('jti must be text')
    const use = JSON.stringify([thumbprint, jti])
    if (this.#used.has(use)) throw notValid('jti was used before')
    this.#used.add(use)
  }
}

function notValid(why: string): TokenError {
  return new TokenError('invalid_dpop_proof', `the DPoP proof is not valid: ${why}`)
}
