/** How a request gets to a guard. */
export type Way = `${'Express' | 'Fastify' | 'check()'} with ${'node' | 'jose'}`

export const WAYS: readonly Way[] = (['node', 'jose'] as const).flatMap(engine =>
  (['Express', 'Fastify', 'check()'] as const).map((name): Way => `${name} with ${engine}`),
)

/** How often each way let a request in, and how often it refused one. */
export type Answers = ReadonlyMap<Way, { readonly granted: number; readonly refused: number }>

let current = new Map<Way, { granted: number; refused: number }>()

/** What is answered from now on, until the next call. */
export function recordAnswers(): Answers {
  current = new Map()
  return current
}

export function recordAnswer(way: Way, isGranted: boolean): void {
  const counts = current.get(way) ?? { granted: 0, refused: 0 }
  counts[isGranted ? 'granted' : 'refused']++
  current.set(way, counts)
}

/** Ways that let nothing in. */
export function closedWays(all: readonly Answers[]): readonly Way[] {
  return WAYS.filter(way => !all.some(answers => (answers.get(way)?.granted ?? 0) > 0))
}

/**
 * Ways by which nothing was sent; and where any of them refused something, those that refused nothing: the honest request
 * that goes before an attack does not stand in for it.
 */
export function untriedWays(all: readonly Answers[]): readonly Way[] {
  const refuses = (way: Way): boolean => all.some(answers => (answers.get(way)?.refused ?? 0) > 0)
  const isRefusal = WAYS.some(refuses)
  return WAYS.filter(way => !all.some(answers => answers.has(way)) || (isRefusal && !refuses(way)))
}
