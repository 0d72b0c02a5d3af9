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

/**
 * 1 where a cell failed, and where none has run: then nothing has been shown.
 * @param areChosen whether each was asked for by its name: then each has to run
 */
export function codeFor(rows: readonly Row[], areChosen: boolean): number {
  const hasRun = ({ outcome }: Row): boolean => 'passed' in outcome
  const enough = areChosen ? rows.length > 0 && rows.every(hasRun) : rows.some(hasRun)
  return enough && !rows.some(hasFailed) ? 0 : 1
}
