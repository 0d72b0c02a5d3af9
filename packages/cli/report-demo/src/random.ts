/** The same numbers on every run. Mulberry32. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** From 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number; both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.between(0, values.length - 1)]
    if (value === undefined) throw new Error('Nothing to pick from.')
    return value
  }

  /** So many of them, in their own order. */
  some<T>(values: readonly T[], count: number): readonly T[] {
    const keyed = values.map(value => ({ value, key: this.next() })).sort((a, b) => a.key - b.key)
    const chosen = new Set(keyed.slice(0, count).map(({ value }) => value))
    return values.filter(value => chosen.has(value))
  }
}
