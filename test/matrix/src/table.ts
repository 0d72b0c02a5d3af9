import { hasFailed, type Row } from './cell.ts'

const HEADINGS = ['cell', 'verdict', 'passed', 'failed', 'skipped', 'seconds', 'with']

/** The rows as text for people, the failures of each below. */
export function renderTable(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)]
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map(line => (line[column] ?? '').length)))
  const lines = cells.map(line =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...rows.flatMap(failuresOf)].join('\n')
}

function cellsOf(row: Row): readonly string[] {
  const { cell, outcome, seconds } = row
  if ('notRun' in outcome) return [cell, 'not run', '–', '–', '–', seconds.toFixed(0), outcome.notRun]
  const { passed, failed, skipped, versions } = outcome
  const verdict = hasFailed(row) ? 'FAILED' : 'holds'
  return [cell, verdict, String(passed), String(failed), String(skipped), seconds.toFixed(0), versions]
}

function failuresOf(row: Row): readonly string[] {
  if (!hasFailed(row) || !('failures' in row.outcome)) return []
  return ['', `${row.cell} failed:`, ...row.outcome.failures.map(failure => `  ${failure}`)]
}
