export interface Row {
  readonly request: string
  readonly expected: string
  readonly got: string
  readonly passed: boolean
}

export function row(request: string, expected: string, got: string): Row {
  return { request, expected, got, passed: got === expected }
}

const LIMIT_MILLISECONDS = 1000

/** `undefined`: it did not come about at all. */
export function durationRow(request: string, milliseconds: number | undefined): Row {
  const got = milliseconds === undefined ? 'never' : `${Math.ceil(milliseconds)} ms`
  const passed = milliseconds !== undefined && milliseconds < LIMIT_MILLISECONDS
  return { request, expected: `under ${LIMIT_MILLISECONDS} ms`, got, passed }
}

export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
}

export function tableText(sections: readonly Section[]): string {
  const rows = sections.flatMap(section => section.rows)
  const cells = rows.map(({ request, expected, got }) => [request, expected, got])
  const widths = [0, 1, 2].map(column => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  const line = (texts: readonly string[], verdict = '') =>
    [...texts.map((text, column) => text.padEnd(widths[column] ?? 0)), verdict].join('  ').trimEnd()
  const verdictLine = ({ request, expected, got, passed }: Row) =>
    line([request, expected, got], passed ? 'ok' : 'WRONG')
  const parts = sections.map(({ title, rows }) => ['', `── ${title}`, ...rows.map(verdictLine)].join('\n'))
  return [line(['request', 'expected', 'got']), ...parts].join('\n')
}
