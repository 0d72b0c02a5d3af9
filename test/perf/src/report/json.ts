import type { Metrics } from './verdict.ts'

const DIGITS = 4

/** The file that `--json` writes. Four digits: more than the spread leaves certain. */
export function toJson(metrics: Metrics, quick: boolean): string {
  const rounded = Object.entries(metrics).map(
    ([
      name,
      {
        value,
        spread: [lowest, highest],
        unit,
      },
    ]) => [name, { value: round(value), spread: [round(lowest), round(highest)], unit }],
  )
  const content = { node: process.version, quick, metrics: Object.fromEntries(rounded) }
  return `${JSON.stringify(content, null, 2)}\n`
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS))
}
