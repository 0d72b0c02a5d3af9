export interface Random {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number
  pick<T>(values: readonly T[]): T
}

/** The same numbers for the same seed: a linear congruential generator, good enough to make test cases. */
export function randomOf(seed: number): Random {
  let state = BigInt(seed)
  const below = (end: number): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn
    return Number((state >> 33n) % BigInt(end))
  }
  return { below, pick: values => values[below(values.length)] as (typeof values)[number] }
}
