import fc from 'fast-check'
import { checkProperty } from '../check-property.ts'
import { Tally } from '../tally.ts'
import type { FuzzTarget } from '../target.ts'
import { anyCommand, type Command } from './commands.ts'
import { createParties, type Parties } from './parties.ts'
import { Sequence } from './sequence.ts'
import { anySettings, type Settings } from './settings.ts'

const BATCH_SIZE = 50
const MAX_COMMANDS = 60

export const cache: FuzzTarget = {
  name: 'cache',
  promise: 'a server that remembers tokens answers as one that does not, whatever is sent, revoked, rotated or late',
  async run(budget) {
    const parties = await createParties()
    const tally = new Tally()
    const commands = fc.array(anyCommand, { minLength: 1, maxLength: MAX_COMMANDS })
    const property = fc.asyncProperty(commands, anySettings, (sequence, settings) =>
      obeyAll(sequence, settings, parties, tally),
    )
    const inputs = await checkProperty(property, budget, BATCH_SIZE)
    return { inputs, seen: tally.counts }
  },
}

async function obeyAll(
  commands: readonly Command[],
  settings: Settings,
  parties: Parties,
  tally: Tally,
): Promise<void> {
  const sequence = new Sequence(parties, settings, tally)
  try {
    for (const command of commands) await sequence.obey(command)
  } finally {
    sequence.stop()
  }
}
