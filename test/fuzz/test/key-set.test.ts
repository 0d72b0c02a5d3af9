import { expect, test } from 'vitest'
import { keySet } from '../src/key-set/target.ts'

test("for a second: requests are answered and keys fetched as the model of the key set's promises says", async () => {
  const { inputs, seen } = await keySet.run({ seed: 1, milliseconds: 1000 })
  expect(inputs).toBeGreaterThan(0)
  expect(Object.keys(seen)).not.toEqual([])
})
