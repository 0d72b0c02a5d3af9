import { expect, test, vi } from 'vitest'
import { exitCodeOf, namesIn, numberIn, readFlags, seedIn, UsageError } from '../dist/flags.js'

const FLAGS = { only: { type: 'string' }, quick: { type: 'boolean', default: false } } as const

test('flags are read as they are declared, and a mistake gets one line with what there is', () => {
  expect(readFlags(['--only=a', '--quick'], FLAGS)).toEqual({ only: 'a', quick: true })
  for (const args of [['--second'], ['word'], ['--only'], ['--only', '--quick'], ['--quick=yes']]) {
    expect(() => readFlags(args, FLAGS)).toThrow(UsageError)
    expect(() => readFlags(args, FLAGS)).toThrow(/^[^\n]+\. Options: --only, --quick\.$/)
  }
})

test('numbers have bounds, seeds are whole, names are known', () => {
  expect([numberIn('n', '0.5', 0, 1), seedIn('seed', '4294967295'), namesIn('b, a', ['a', 'b'], 'cell')]).toEqual([
    0.5,
    4_294_967_295,
    ['b', 'a'],
  ])
  for (const text of ['', ' ', '2', '-1', 'x', 'NaN']) expect(() => numberIn('n', text, 0, 1)).toThrow(UsageError)
  for (const text of ['1.5', '4294967296', '-1']) expect(() => seedIn('seed', text)).toThrow(UsageError)
  expect(() => namesIn('a,c', ['a', 'b'], 'cell')).toThrow('There is no cell "c". There are: a, b.')
})

test('a mistake of the caller is exit code 2 and one line; any other error goes on', async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const rejecting = (error: Error) => exitCodeOf(() => Promise.reject(error))
  expect(await exitCodeOf(async () => 1)).toBe(1)
  expect(await rejecting(new UsageError('There is no cell.'))).toBe(2)
  expect(print.mock.calls).toEqual([['There is no cell.']])
  await expect(rejecting(new Error('broken'))).rejects.toThrow('broken')
  print.mockRestore()
})
