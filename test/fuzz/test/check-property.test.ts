import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkProperty } from '../src/check-property.ts'
import { Finding } from '../src/finding.ts'
import { seedOfTarget } from '../src/seeds.ts'
import type { FuzzBudget } from '../src/target.ts'

const BATCH_SIZE = 100

/** Three numbers of a thousand do not hold; the smallest of them is 500. */
async function findIn(budget: FuzzBudget): Promise<Finding> {
  const property = fc.asyncProperty(fc.integer({ min: 0, max: 100_000 }), async number => {
    if (number % 1000 >= 500 && number % 1000 < 503) throw new Error(`not ${number}`)
  })
  const found = await checkProperty(property, budget, BATCH_SIZE).catch((error: unknown) => error)
  if (!(found instanceof Finding)) throw new Error(`found nothing in ${found} inputs`)
  return found
}

test('a finding is shrunk, and its seed finds it again within the first batch', async () => {
  const found = await findIn({ seed: 5, milliseconds: 10_000 })
  expect(found.message).toMatch(/^not \d+\nInput, shrunk \d+ times: \[\d+\]$/)
  const again = await findIn({ seed: found.seed, milliseconds: 10_000 })
  expect(again.message).toBe(found.message)
  expect(again.inputs).toBeLessThanOrEqual(BATCH_SIZE)
})

test('without a finding it ends when the time is over, and says how many inputs there were', async () => {
  let inputs = 0
  const property = fc.asyncProperty(fc.nat(), async () => void inputs++)
  const begun = performance.now()
  expect(await checkProperty(property, { seed: 1, milliseconds: 50 }, BATCH_SIZE)).toBe(inputs)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(50)
})

/** Each input is made in that time, before the property sees it. */
function slowly(milliseconds: number): fc.Arbitrary<number> {
  return fc.nat().map(number => {
    for (const end = performance.now() + milliseconds; performance.now() < end; );
    return number
  })
}

test('a batch whose time is over before its first input finds nothing', async () => {
  const property = fc.asyncProperty(slowly(5), async () => undefined)
  expect(await checkProperty(property, { seed: 1, milliseconds: 1 }, BATCH_SIZE)).toBe(0)
})

test('a finding of the first input counts, however late it is', async () => {
  const property = fc.asyncProperty(slowly(1), async () => {
    throw new Error('at once')
  })
  const found = checkProperty(property, { seed: 1, milliseconds: 1000 }, BATCH_SIZE)
  await expect(found).rejects.toThrow(/^at once\nInput, shrunk \d+ times: \[0\]$/)
})

test('a property that refuses every input ends as a finding, not as a run without one', async () => {
  const property = fc.asyncProperty(fc.nat(), async () => fc.pre(false))
  const found = checkProperty(property, { seed: 1, milliseconds: 5000 }, BATCH_SIZE)
  await expect(found).rejects.toThrow(/^\d+ inputs were left out and 0 tried\.$/)
})

test('each target draws other numbers, and the seed of a target leads back to the seed of the run', () => {
  const seeds = ['tokens', 'cache', 'key-set'].map(name => seedOfTarget(4_000_000_000, name))
  expect(new Set(seeds).size).toBe(3)
  expect(seedOfTarget(seedOfTarget(4_000_000_000, 'tokens'), 'tokens')).toBe(4_000_000_000)
})
