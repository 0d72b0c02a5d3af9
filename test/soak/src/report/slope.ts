export interface Sample {
  /** Since the start. */
  readonly seconds: number
  readonly value: number
}

/** By least squares, per minute; NaN for fewer than two samples. */
export function slopePerMinute(samples: readonly Sample[]): number {
  const meanTime = mean(samples.map(({ seconds }) => seconds))
  const meanValue = mean(samples.map(({ value }) => value))
  const rise = mean(samples.map(({ seconds, value }) => (seconds - meanTime) * (value - meanValue)))
  const run = mean(samples.map(({ seconds }) => (seconds - meanTime) ** 2))
  return (rise / run) * 60
}

/** The second half in time: caches fill and code is compiled in the first. */
export function secondHalf(samples: readonly Sample[]): readonly Sample[] {
  const last = samples.at(-1)?.seconds ?? 0
  return samples.filter(({ seconds }) => seconds >= last / 2)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
