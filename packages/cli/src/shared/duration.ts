const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** `90` as `2 minutes`: rounded, for people. */
export function durationText(seconds: number): string {
  const amount = Math.abs(seconds)
  for (const [unit, size] of UNITS) {
    if (amount >= size * 1.5) return `${Math.round(amount / size)} ${unit}s`
  }
  return Math.round(amount) === 1 ? '1 second' : `${Math.round(amount)} seconds`
}

/** When something was or will be: `3 hours ago`, `in 5 minutes`. */
export function relativeText(seconds: number, nowSeconds: number): string {
  const away = seconds - nowSeconds
  return away < 0 ? `${durationText(away)} ago` : `in ${durationText(away)}`
}

/** A NumericDate for people; `undefined` for what is none. */
export function dateText(seconds: unknown): string | undefined {
  if (typeof seconds !== 'number') return undefined
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}Z`
}
