import { METRICS, type MetricRow } from '../bars.ts'
import type { Metric } from '../measure/metric.ts'
import { formatNumber } from './format.ts'

export type Metrics = Readonly<Record<string, Metric>>

/** `–` where there is no bar. */
export function verdictOn({ bar, better }: MetricRow, { value }: Pick<Metric, 'value'>): string {
  if (bar === undefined) return '–'
  const missedBy = (better === 'higher' ? bar - value : value - bar) / bar
  if (missedBy <= 0) return 'met'
  return missedBy < 0.01 ? 'MISSED by less than 1 %' : `MISSED by ${Math.round(missedBy * 100)} %`
}

/**
 * What is wrong with a run, one line each.
 * @param allExpected whether a metric with a bar must have been measured
 */
export function shortfalls(metrics: Metrics, allExpected: boolean): readonly string[] {
  return Object.entries(METRICS).flatMap(([name, row]) => {
    const metric = metrics[name]
    if (row.bar === undefined) return []
    if (metric === undefined) return allExpected ? [`${name} was not measured.`] : []
    const verdict = verdictOn(row, metric)
    return verdict === 'met' ? [] : [`${name} is ${formatValue(metric)}, ${formatBar(row)}: ${verdict}.`]
  })
}

export function formatBar({ bar, better }: MetricRow): string {
  if (bar === undefined) return '–'
  return `${better === 'higher' ? '≥' : '≤'} ${bar.toLocaleString('en-US')}`
}

export function formatValue({ value, unit }: Metric): string {
  return unit === 'bytes' ? `${formatNumber(value)} B` : formatNumber(value)
}

export function formatSpread({ spread: [lowest, highest] }: Metric): string {
  return `${formatNumber(lowest)} – ${formatNumber(highest)}`
}
