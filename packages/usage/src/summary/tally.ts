import type { RouteOfUse } from '../record.ts'

/** Adds up counts of what is alike. */
export class Tally<T extends { readonly count: number }> {
  readonly #found = new Map<string, T>()
  readonly #keyOf: (value: T) => readonly unknown[]
  readonly #unite: (one: T, other: T) => T

  /** @param unite what is kept of two that are alike, beside the count */
  constructor(keyOf: (value: T) => readonly unknown[], unite: (one: T, other: T) => T = one => one) {
    this.#keyOf = keyOf
    this.#unite = unite
  }

  add(value: T): void {
    const key = JSON.stringify(this.#keyOf(value))
    const known = this.#found.get(key)
    this.#found.set(
      key,
      known === undefined ? value : { ...this.#unite(known, value), count: known.count + value.count },
    )
  }

  values(): readonly T[] {
    return [...this.#found.values()]
  }
}

export function keyOfRoute({ method, route, requirement }: RouteOfUse): readonly (string | null)[] {
  return [route, method, requirement]
}

export function sortedBy<T>(values: readonly T[], keyOf: (value: T) => readonly (string | null)[]): readonly T[] {
  const keyed = values.map(value => ({ value, key: keyOf(value).join('\n') }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ value }) => value)
}

export function total(counted: readonly { readonly count: number }[]): number {
  return counted.reduce((sum, { count }) => sum + count, 0)
}
