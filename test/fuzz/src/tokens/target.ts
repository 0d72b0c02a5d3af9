import fc from 'fast-check'
import { checkProperty } from '../check-property.ts'
import { Tally } from '../tally.ts'
import type { FuzzTarget } from '../target.ts'
import { anyRecipe } from './any-recipe.ts'
import { compare } from './compare.ts'
import { forge } from './forge.ts'
import { createJudges } from './judges.ts'
import { createKeys } from './keys.ts'

const BATCH_SIZE = 500

export const tokens: FuzzTarget = {
  name: 'tokens',
  promise: 'we accept no token that jose or oauth4webapi refuses, and refuse beyond them by named rules alone',
  async run(budget) {
    const keys = await createKeys()
    const judges = createJudges(keys)
    const tally = new Tally()
    const property = fc.asyncProperty(anyRecipe, async recipe => {
      for (const seen of await compare(forge(recipe, keys), judges, keys)) tally.count(seen)
    })
    const inputs = await checkProperty(property, budget, BATCH_SIZE)
    return { inputs, seen: tally.counts }
  },
}
