import type { Metric } from '../measure/metric.ts'

/** How thoroughly, and with what. */
export interface SuiteSettings {
  readonly quick: boolean
  /** How often each pair of sides is compared. */
  readonly rounds: number
  /** File with the tokens. */
  readonly fixtures: string
}

/** A curve or bars for a picture: `y` at each `x`, by the name of the side. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number | string, y: number])[]
}

export interface SuiteResult {
  readonly metrics: Readonly<Record<string, Metric>>
  /** By the name of the picture that shows them; see `plots/`. */
  readonly series?: Readonly<Record<string, readonly Series[]>>
  /** What a reader of the table should know of how it came about, one sentence each. */
  readonly notes?: readonly string[]
}

export type Suite = (settings: SuiteSettings) => Promise<SuiteResult>
