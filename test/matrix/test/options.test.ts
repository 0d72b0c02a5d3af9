import { expect, test } from 'vitest'
import { CELLS } from '../src/cells/all.ts'
import { parseOptions } from '../src/options.ts'

const NAMES = CELLS.map(({ name }) => name)

test('there is a cell for each supported Node, for both ends of the dependencies, for Express 4, Bun and Deno', () => {
  expect(NAMES).toEqual(['node20', 'node22', 'node24', 'node26', 'express4', 'lowest', 'newest', 'bun', 'deno'])
})

test('all cells run in full unless the command line says otherwise', () => {
  expect(parseOptions([], NAMES)).toEqual({ quick: false })
  expect(parseOptions(['--quick', '--only', 'node22, bun'], NAMES)).toEqual({ quick: true, only: ['node22', 'bun'] })
  expect(parseOptions(['--only', 'bun', '--list'], NAMES)).toBe('list')
  expect(parseOptions(['--list', '--help'], NAMES)).toBe('help')
})

test.each([
  [['--only', 'node18'], 'There is no cell "node18". There are: node20, node22'],
  [['--fast'], "Unknown option '--fast'. Options: --only, --quick, --list, --help."],
])('%j is refused in one line that says what there is', (args, message) => {
  expect(() => parseOptions(args, NAMES)).toThrow(message)
})
