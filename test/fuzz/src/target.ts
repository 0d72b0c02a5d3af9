/** What one run of a target is given. */
export interface FuzzBudget {
  /** The same seed makes the same inputs, in the same order. */
  readonly seed: number
  /** No new input is begun after that many milliseconds. */
  readonly milliseconds: number
}

/** What a run that found nothing says. */
export interface FuzzReport {
  readonly inputs: number
  /** What was seen how often, for the reader: refusals by code, commands by name. A run that only sees one thing proves little. */
  readonly seen: Readonly<Record<string, number>>
}

/** One promise, and generated inputs that try to break it. */
export interface FuzzTarget {
  /** On the command line. */
  readonly name: string
  /** In one sentence. */
  readonly promise: string
  /** Rejects with the shrunk counterexample where the promise does not hold. */
  run(budget: FuzzBudget): Promise<FuzzReport>
}
