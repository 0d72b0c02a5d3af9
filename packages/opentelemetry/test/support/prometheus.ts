import type { Metric } from './telemetry.ts'

/**
 * How metrics are named in Prometheus. With units: the Collector, Prometheus' own OTLP endpoint and the specification.
 * Without: `@opentelemetry/exporter-prometheus`.
 */
export type Naming = 'with units' | 'without units'

/** The labels that a scrape adds. */
const ADDED: readonly string[] = ['job', 'instance']

/** Every series of some metrics by its name in Prometheus, with the values of each label. */
export function seriesOf(
  metrics: readonly Metric[],
  naming: Naming,
): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  return new Map(
    metrics.flatMap(metric => {
      const labels = labelsOf(metric)
      if (typeof metric.points[0]?.value === 'number') return [[nameOf(metric, naming), labels] as const]
      const withBucket = new Map([...labels, ['le', new Set<string>()] as const])
      const name = nameOf(metric, naming)
      return [
        [`${name}_bucket`, withBucket],
        [`${name}_count`, labels],
        [`${name}_sum`, labels],
      ] as const
    }),
  )
}

/** @see OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility" */
function nameOf({ name, unit, isCounter }: Metric, naming: Naming): string {
  const units: Readonly<Record<string, string>> = { s: '_seconds' }
  // An annotation in braces is no unit.
  if (!unit.startsWith('{') && units[unit] === undefined) throw new Error(`no suffix is known for the unit "${unit}"`)
  const suffix = naming === 'with units' ? (units[unit] ?? '') : ''
  return `${escaped(name)}${suffix}${isCounter ? '_total' : ''}`
}

function labelsOf({ points }: Metric): ReadonlyMap<string, ReadonlySet<string>> {
  const labels = new Map<string, Set<string>>(ADDED.map(name => [name, new Set()]))
  for (const { attributes } of points) {
    for (const [key, value] of Object.entries(attributes)) {
      const name = escaped(key)
      labels.set(name, (labels.get(name) ?? new Set()).add(String(value)))
    }
  }
  return labels
}

function escaped(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/g, '_')
}

export interface Selector {
  readonly name: string
  readonly matchers: readonly { readonly label: string; readonly value: string; readonly isLiteral: boolean }[]
}

/** The metrics that an expression asks for, with what it asks of their labels. */
export function selectorsOf(expression: string): readonly Selector[] {
  const withoutLabelLists = expression.replace(LABEL_LIST, ' ')
  return [...withoutLabelLists.matchAll(/\b(scopeward_\w+)(?:\{([^}]*)\})?/g)]
    .filter(({ index }) => !isInsideBraces(withoutLabelLists, index) && !isLabelOfQuery(withoutLabelLists, index))
    .map(([, name = '', matchers = '']) => ({
      name,
      matchers: [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(([, label = '', operator, value = '']) => ({
        label,
        value,
        isLiteral: operator === '=' || operator === '!=',
      })),
    }))
}

const LABEL_LIST = /\b(?:by|on|ignoring|without)\s*\(([^)]*)\)/g

/** The labels that aggregations keep. */
export function labelNamesOf(expression: string): readonly string[] {
  const listed = [...expression.matchAll(LABEL_LIST)].flatMap(([, names = '']) => names.split(','))
  return listed.map(name => name.trim()).filter(name => name !== '')
}

function isInsideBraces(text: string, index: number): boolean {
  return text.lastIndexOf('{', index) > text.lastIndexOf('}', index)
}

/** `label_values(metric, label)` of Grafana. */
function isLabelOfQuery(text: string, index: number): boolean {
  return text.startsWith('label_values(') && text.slice(0, index).endsWith(', ')
}
