import fc from 'fast-check'
import { checkProperty } from '../check-property.ts'
import { Tally } from '../tally.ts'
import type { FuzzTarget } from '../target.ts'
import { commands } from './commands.ts'
import { anySettings } from './settings.ts'
import { World } from './world.ts'

const BATCH = 100

export const keySet: FuzzTarget = {
  name: 'key-set',
  promise:
    "Whatever the issuer, its keys, its network and the clock do, requests are answered and keys fetched as the model of the key set's promises says.",
  async run(budget) {
    const tally = new Tally()
    const property = fc.asyncProperty(anySettings, commands, async (settings, each) => {
      const world = await World.start(settings, tally)
      try {
        await fc.asyncModelRun(() => ({ model: world, real: world }), each)
        await world.setFault(undefined)
      } finally {
        await world.stop()
      }
    })
    return { inputs: await checkProperty(property, budget, BATCH), seen: tally.counts }
  },
}
