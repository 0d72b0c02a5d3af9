/** One column of what the library promises to run on. */
export interface Cell {
  readonly name: string
  /** What is different there, for `--list` and the table. */
  readonly about: string
  run(settings: CellSettings): Promise<Outcome>
}

export interface CellSettings {
  /** Only the tests of core, or of the packages where their dependencies differ. */
  readonly quick: boolean
}

export type Outcome = Ran | NotRun

export interface Ran {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** One line for each failure, as far as there are lines for them. */
  readonly failures: readonly string[]
  /** The versions that were tried. */
  readonly versions: string
}

/** The machine has not got what the cell needs. This says nothing about the library, least of all that it works there. */
export interface NotRun {
  readonly notRun: string
}

export interface Row {
  readonly cell: string
  readonly outcome: Outcome
  readonly seconds: number
}

export function hasFailed({ outcome }: Row): boolean {
  return 'failed' in outcome && (outcome.failed > 0 || outcome.passed === 0)
}

/** 1 where a cell failed, and where none has run: then nothing has been shown. */
export function exitCodeOf(rows: readonly Row[]): number {
  const ran = rows.some(({ outcome }) => 'passed' in outcome)
  return ran && !rows.some(hasFailed) ? 0 : 1
}
