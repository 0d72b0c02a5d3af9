import fc from 'fast-check'
import { Finding } from './finding.ts'
import { nextSeed } from './seeds.ts'
import type { FuzzBudget } from './target.ts'

/** However long shrinking takes, a counterexample that is not the smallest is worth more than none. */
const SHRINK_MILLISECONDS = 20_000

/**
 * Tries inputs until the time is over and answers how many there were. In batches, each with a seed of its own, so that a
 * finding of the tenth minute need not be waited for again.
 * @throws Finding with the shrunk counterexample
 */
export async function checkProperty<Inputs>(
  property: fc.IAsyncProperty<Inputs>,
  { seed, milliseconds }: FuzzBudget,
  batchSize: number,
): Promise<number> {
  const begun = performance.now()
  let inputs = 0
  for (let batch = seed; ; batch = nextSeed(batch)) {
    const left = begun + milliseconds - performance.now()
    if (left <= 0) return inputs
    // Without shrinking, which would be cut off by the end of the time.
    const limits = { interruptAfterTimeLimit: Math.ceil(left), endOnFailure: true }
    const tried = await fc.check(property, { seed: batch, numRuns: batchSize, ...limits })
    inputs += tried.numRuns
    if (!tried.failed || isOutOfTime(tried)) continue
    const seconds = (performance.now() - begun) / 1000
    throw new Finding(describe(await shrink(property, tried, batch)), inputs, seconds, batch)
  }
}

/** fast-check calls it a failure where the time was over before the first input: nothing was tried, so nothing was found. */
function isOutOfTime<Inputs>({ interrupted, counterexample }: fc.RunDetails<Inputs>): boolean {
  return interrupted && counterexample === null
}

async function shrink<Inputs>(
  property: fc.IAsyncProperty<Inputs>,
  failed: fc.RunDetails<Inputs>,
  seed: number,
): Promise<fc.RunDetails<Inputs>> {
  const path = failed.counterexamplePath
  if (path === null) return failed
  const shrunk = await fc.check(property, { seed, path, interruptAfterTimeLimit: SHRINK_MILLISECONDS })
  // Signatures are made at random: what happens once in a hundred times may not happen again.
  return shrunk.failed && !isOutOfTime(shrunk) ? shrunk : failed
}

function describe<Inputs>(found: fc.RunDetails<Inputs>): string {
  const { counterexample, errorInstance, numShrinks } = found
  if (counterexample === null) return `${found.numSkips} inputs were left out and ${found.numRuns} tried.`
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return `${reason}\nInput, shrunk ${numShrinks} times: ${fc.stringify(counterexample)}`
}
