import { createHmac } from 'node:crypto'
import type { NonceRules } from '../../options/parse-dpop.ts'

/** From when to when proofs with a nonce can be made and used. Milliseconds since the epoch. */
export interface NonceLife {
  readonly from: number
  readonly until: number
}

/**
 * Nonces that need no memory: the MAC of the current span of time under the secret. Every process with the same secret
 * makes the same one, nobody else can tell the next.
 *
 * Good are those of this span and the one before it, so that a nonce lives for one to two spans; and the one after it,
 * because the process that handed it out may have the faster clock. With a second secret, its nonces are good as well.
 * @see RFC 9449 sections 8 and 9
 */
export class Nonces {
  readonly #rules: NonceRules
  readonly #clock: () => number
  #span = Number.NaN
  #current = ''
  #good: ReadonlyMap<string, NonceLife> = new Map()

  constructor(rules: NonceRules, clock: () => number) {
    this.#rules = rules
    this.#clock = clock
  }

  /** To be handed out. */
  get current(): string {
    this.#renew()
    return this.#current
  }

  /** What a client should use from now on; `undefined` where that is what it has, or it has one of a faster clock. */
  newerThan(nonce: unknown): string | undefined {
    const current = this.current
    const used = this.lifeOf(nonce)
    if (used === undefined || nonce === current) return undefined
    const isFaster = used.from > (this.lifeOf(current)?.from ?? 0)
    return isFaster ? undefined : current
  }

  /** `undefined` where it is not one of ours, or no longer good. */
  lifeOf(nonce: unknown): NonceLife | undefined {
    this.#renew()
    return typeof nonce === 'string' ? this.#good.get(nonce) : undefined
  }

  #renew(): void {
    const spanMilliseconds = this.#rules.rotateSeconds * 1000
    const span = Math.floor(this.#clock() / spanMilliseconds)
    if (span === this.#span) return
    const good = new Map<string, NonceLife>()
    for (const secret of this.#rules.secrets) {
      for (const of of [span - 1, span, span + 1]) {
        const from = of * spanMilliseconds
        good.set(nonceOf(secret, of), { from, until: from + 2 * spanMilliseconds })
      }
    }
    this.#good = good
    this.#current = nonceOf(this.#rules.secrets[0] as Uint8Array, span)
    this.#span = span
  }
}

/** The name keeps a secret that is used elsewhere too from making the same values. */
function nonceOf(secret: Uint8Array, span: number): string {
  return createHmac('sha256', secret).update(`scopeward DPoP nonce ${span}`).digest('base64url')
}
