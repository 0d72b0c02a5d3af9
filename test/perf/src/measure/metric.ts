import type { Round } from './rounds.ts'

/** One figure with how far it went up and down from round to round. */
export interface Metric {
  readonly value: number
  readonly spread: readonly [lowest: number, highest: number]
  readonly unit: 'ratio' | 'bytes'
}

/** How many times as fast as `other` the side `ours` is: the median of the rounds, each compared in itself. */
export function speedRatio<Name extends string>(rounds: readonly Round<Name>[], ours: Name, other: Name): Metric {
  return summary(rounds.map(round => round[other] / round[ours]))
}

/** How many times as long as `base` the side `grown` takes. */
export function costRatio<Name extends string>(rounds: readonly Round<Name>[], grown: Name, base: Name): Metric {
  return speedRatio(rounds, base, grown)
}

export function summary(values: readonly number[], unit: Metric['unit'] = 'ratio'): Metric {
  const sorted = values.toSorted((a, b) => a - b)
  return { value: median(sorted), spread: [sorted[0] as number, sorted.at(-1) as number], unit }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const lower = sorted[Math.ceil(middle) - 1] as number
  const upper = sorted[Math.floor(middle)] as number
  return (lower + upper) / 2
}
