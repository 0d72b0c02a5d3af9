import type { MaybePromise } from '@scopeward/core'
import type { Verdict } from '../../outage/support.ts'

/** The different answers that a kind of request got, in the order in which they first came. */
export class Answers {
  readonly #texts = new Set<string>()
  #last = ''
  #cameBack = false
  #grantedLater = 0

  /** How many were granted, and not at once. */
  get grantedLater(): number {
    return this.#grantedLater
  }

  /** At once where the verdict was. */
  add(verdict: MaybePromise<Verdict>): MaybePromise<void> {
    if (verdict instanceof Promise) return verdict.then(settled => this.#addLater(settled))
    const text = textOf(verdict)
    if (text !== this.#last && this.#texts.has(text)) this.#cameBack = true
    this.#texts.add(text)
    this.#last = text
  }

  toString(): string {
    return [...this.#texts].join(this.#cameBack ? ' or ' : ', then ')
  }

  #addLater(verdict: Verdict): MaybePromise<void> {
    if (verdict === 'granted') this.#grantedLater++
    return this.add(verdict)
  }
}

const EXPECTED = [401, 503]

/** @throws Error for an answer that no fault excuses */
export function textOf(verdict: Verdict): string {
  if (verdict === 'granted') return '200'
  const { status, code, headers } = verdict
  if (!EXPECTED.includes(status)) throw new Error(`answered with ${status} ${code}`)
  if (status === 503 && !(Number(headers['Retry-After']) >= 1)) throw new Error(`503 ${code} without Retry-After`)
  return `${status} \`${code}\``
}
