import { describe, expect, test } from 'vitest'
import { PLANTED_BUGS } from '../src/planted/bugs.ts'
import { hunt } from '../src/planted/hunt.ts'
import type { PlantedBug } from '../src/planted/planted-bug.ts'
import { sourceOf, withBug } from '../src/planted/source.ts'
import { TARGETS } from '../src/targets.ts'

test.each(PLANTED_BUGS)('$name can be planted: its text stands exactly once in $file', bug => {
  const source = sourceOf(bug)
  expect(withBug(source, bug)).toBe(source.replace(bug.find, () => bug.replace))
  expect(bug.replace).not.toBe(bug.find)
})

test('each target has a bug to find, and each bug a name of its own', () => {
  expect(new Set(PLANTED_BUGS.map(({ target }) => target))).toEqual(new Set(Object.keys(TARGETS)))
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length)
})

describe('a planted bug', () => {
  const bug = PLANTED_BUGS.find(({ name }) => name === 'audience-by-prefix') as PlantedBug

  test('is found in a process that loads the product with it', async () => {
    const hunted = await hunt(bug, 1)
    expect(hunted).toMatchObject({ found: true, message: expect.stringContaining('We accept what jose refuses') })
  }, 60_000)

  test.each([
    ['that stands nowhere', 'no such text', '0 times'],
    ['that stands twice', 'throw new Rejection', '\\d+ times'],
  ])('is not planted by a text %s', async (_case, find, times) => {
    await expect(hunt({ ...bug, find }, 1)).rejects.toThrow(
      new RegExp(`occurs ${times} in .*token-target.js, not once`),
    )
  })
})
