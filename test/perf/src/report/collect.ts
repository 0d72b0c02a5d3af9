import { METRICS } from '../bars.ts'
import type { Metric } from '../measure/metric.ts'
import type { Series, Suite, SuiteResult, SuiteSettings } from '../suites/suite.ts'
import type { Metrics } from './verdict.ts'

/** What all suites of a run found. */
export interface Findings {
  readonly metrics: Metrics
  /** By the name of the picture. */
  readonly series: Readonly<Record<string, readonly Series[]>>
  readonly notes: readonly string[]
  /** Suites that ended with an error, and which; the others ran all the same. */
  readonly failures: readonly string[]
}

/** Runs the suites one after the other; never at once, because they would measure one another. */
export async function collect(
  suites: Readonly<Record<string, Suite>>,
  settings: SuiteSettings,
  tell: (line: string) => void,
): Promise<Findings> {
  const metrics: Record<string, Metric> = {}
  const series: Record<string, readonly Series[]> = {}
  const notes: string[] = []
  const failures: string[] = []
  for (const [name, suite] of Object.entries(suites)) {
    const begun = performance.now()
    try {
      const result = await suite(settings)
      requireUsable(result)
      Object.assign(metrics, result.metrics)
      for (const [picture, found] of Object.entries(result.series ?? {})) {
        series[picture] = [...(series[picture] ?? []), ...found]
      }
      notes.push(...(result.notes ?? []).map(note => `${name}: ${note}`))
      tell(`${name}: ${secondsSince(begun)} s`)
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`)
      tell(`${name} FAILED: ${(error as Error).stack}`)
    }
  }
  return { metrics, series, notes, failures }
}

export function secondsSince(begun: number): number {
  return Math.round((performance.now() - begun) / 1000)
}

function requireUsable({ metrics }: SuiteResult): void {
  for (const [name, { value, spread }] of Object.entries(metrics)) {
    if (!(name in METRICS)) throw new Error(`The metric "${name}" is not in bars.ts.`)
    if (![value, ...spread].every(Number.isFinite)) throw new Error(`The metric "${name}" is no number.`)
  }
}
