import type { Random } from '../random.ts'
import type { Token } from './token.ts'

/** Tokens in use: the youngest are used often, so that they are remembered, and the others now and then. */
export class TokenPool {
  readonly #random: Random
  readonly #limit: number
  readonly #tokens: Token[] = []
  #youngest: Token[] = []

  constructor(random: Random, limit: number) {
    this.#random = random
    this.#limit = limit
  }

  get size(): number {
    return this.#tokens.length
  }

  add(token: Token): void {
    if (this.#tokens.length < this.#limit) this.#tokens.push(token)
    else this.#tokens[this.#random.below(this.#limit)] = token
    this.#youngest.push(token)
    if (this.#youngest.length > 2 * YOUNGEST) this.#youngest = this.#youngest.slice(YOUNGEST)
  }

  pick(): Token {
    return this.#random.pick(this.#random.isTrue(YOUNG_SHARE) ? this.#youngest : this.#tokens)
  }

  /** Takes out all that `isGone`. @returns them */
  remove(isGone: (token: Token) => boolean): readonly Token[] {
    const gone = this.#tokens.filter(isGone)
    this.#youngest = this.#youngest.filter(token => !isGone(token))
    const kept = this.#tokens.filter(token => !isGone(token))
    this.#tokens.splice(0, this.#tokens.length, ...kept)
    if (this.#youngest.length === 0) this.#youngest.push(...kept.slice(-YOUNGEST))
    return gone
  }
}

const YOUNGEST = 200
const YOUNG_SHARE = 0.8
