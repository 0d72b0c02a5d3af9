import { Finding } from '../finding.ts'
import type { FuzzBudget, FuzzTarget } from '../target.ts'
import { TARGETS } from '../targets.ts'

/** What the process with the bug tells the one that started it. */
export type Hunted =
  | { readonly found: true; readonly seconds: number; readonly inputs: number; readonly message: string }
  | { readonly found: false; readonly seconds: number; readonly inputs: number }

/** Main module of that process: `hunted.js TARGET SEED MILLISECONDS`. Whatever goes wrong before the run is no finding. */
const [name = '', seed, milliseconds] = process.argv.slice(2)
const target = await TARGETS[name]?.()
if (target === undefined || process.send === undefined) throw new Error('This module is started by hunt.ts alone.')
process.send(await hunt(target, { seed: Number(seed), milliseconds: Number(milliseconds) }), () => process.exit())

async function hunt(target: FuzzTarget, budget: FuzzBudget): Promise<Hunted> {
  try {
    const report = await target.run(budget)
    return { found: false, seconds: budget.milliseconds / 1000, inputs: report.inputs }
  } catch (error) {
    // A target that cannot even start has not found anything.
    if (!(error instanceof Finding)) throw error
    const { seconds, inputs, message } = error
    return { found: true, seconds, inputs, message }
  }
}
