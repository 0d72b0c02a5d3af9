import { METRICS } from '../bars.ts'
import { formatBar, formatSpread, formatValue, type Metrics, verdictOn } from './verdict.ts'

/** What a terminal is shown: each metric that was measured. */
export function renderTable(metrics: Metrics): string {
  const rows = measuredRows(metrics).map(({ name, cells }) => [name, ...cells])
  const lines = padded([['metric', 'value', 'spread', 'bar', 'verdict'], ...rows])
  return lines.map(cells => cells.join('  ').trimEnd()).join('\n')
}

/** What the page is shown: as Markdown, with what each metric says. */
export function renderMarkdownTable(metrics: Metrics): string {
  const rows = measuredRows(metrics).map(({ name, cells, says }) => [`\`${name}\``, ...cells, says])
  return markdownTable(['metric', 'value', 'spread', 'bar', 'verdict', 'what it is'], rows)
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const [first = [], ...others] = padded([head, ...rows])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(first), line(first.map(cell => '-'.repeat(cell.length))), ...others.map(line)].join('\n')
}

interface MeasuredRow {
  readonly name: string
  readonly says: string
  /** Value, spread, bar and verdict. */
  readonly cells: readonly string[]
}

function measuredRows(metrics: Metrics): readonly MeasuredRow[] {
  return Object.entries(METRICS).flatMap(([name, row]) => {
    const metric = metrics[name]
    if (metric === undefined) return []
    const cells = [formatValue(metric), formatSpread(metric), formatBar(row), verdictOn(row, metric)]
    return [{ name, says: row.says, cells }]
  })
}

function padded(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widthOf = (column: number) => Math.max(...rows.map(row => row[column]?.length ?? 0))
  const widths = rows[0]?.map((_, column) => widthOf(column)) ?? []
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
}
