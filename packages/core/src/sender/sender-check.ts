import { Rejection } from '../errors/rejection.ts'
import type { SignatureEngine } from '../issuer/verification-key.ts'
import type { ParsedOptions } from '../options/issuer-rules.ts'
import type { PresentedToken } from '../request/present-token.ts'
import type { ResourceRequest } from '../request/resource-request.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import { requireCertificate } from './certificate/require-certificate.ts'
import { ProofCheck } from './dpop/proof-check.ts'
import type { SenderBinding } from './sender-binding.ts'

/** Asks of every request what its token asks of the sender. */
export class SenderCheck {
  readonly #options: ParsedOptions
  readonly #proofs: ProofCheck | undefined

  constructor(options: ParsedOptions, engine: SignatureEngine) {
    this.#options = options
    this.#proofs = options.dpop && new ProofCheck(options.dpop, options, engine)
  }

  /** The nonce that challenges and responses hand out; `undefined` where none is asked for. */
  get nonce(): string | undefined {
    return this.#proofs?.nonce
  }

  /**
   * What to hand out with the response: a newer nonce, if there is one.
   * @throws Rejection `bound_token_as_bearer`, `dpop_token_unbound`, those of `requireCertificate` and of `ProofCheck`
   * @see RFC 9449 section 7, RFC 8705 section 3
   */
  require(
    binding: SenderBinding | undefined,
    { scheme, token }: PresentedToken,
    request: ResourceRequest,
  ): MaybePromise<string | undefined> {
    const { jkt, x5tS256 } = binding ?? UNBOUND
    if (jkt !== undefined && scheme === 'Bearer') throw new Rejection('bound_token_as_bearer')
    if (jkt === undefined && scheme === 'DPoP') throw new Rejection('dpop_token_unbound')
    if (x5tS256 !== undefined) requireCertificate(request, x5tS256, this.#options.trustedProxy)
    if (jkt === undefined) return undefined
    if (this.#proofs === undefined) throw new Rejection('sender_constraint_unsupported')
    return this.#proofs.require(request, token, jkt)
  }
}

const UNBOUND: SenderBinding = { jkt: undefined, x5tS256: undefined }
