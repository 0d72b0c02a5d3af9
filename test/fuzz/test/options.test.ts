import { describe, expect, test } from 'vitest'
import { UsageError } from '../../command-line/dist/flags.js'
import { helpText, parseOptions } from '../src/options.ts'

const KNOWN = { targets: ['tokens', 'key-set'], bugs: ['one', 'another'] }
const parse = (...args: string[]) => parseOptions(args, KNOWN)

describe('what is asked of the fuzzing', () => {
  test('without options: a minute of every target, with a seed that no two runs share', () => {
    expect(parse()).toEqual({ minutes: 1, seed: expect.any(Number) })
    expect(parse()).not.toEqual(parse())
  })

  test('with options', () => {
    expect(parse('--minutes', '0.5', '--only', 'key-set, tokens', '--seed=4294967295')).toEqual({
      minutes: 0.5,
      only: ['key-set', 'tokens'],
      seed: 4_294_967_295,
    })
    expect(parse('--planted', 'all', '--seed', '0')).toEqual({ minutes: 1, seed: 0, planted: ['one', 'another'] })
    expect(parse('--planted', 'another')).toMatchObject({ planted: ['another'] })
  })

  test('--help, whatever else there is, and it names every target and bug', () => {
    expect(parse('--seed', '1', '--help')).toBe('help')
    for (const name of [...KNOWN.targets, ...KNOWN.bugs]) expect(helpText(KNOWN)).toContain(name)
  })
})

test.each([
  [['--only', 'token'], 'There is no target "token". There are: tokens, key-set.'],
  [['--planted', 'none'], 'There is no planted bug "none". There are: one, another.'],
  [['--planted', 'one', '--minutes', '2'], '--planted goes alone'],
  [['--minutes', '0'], '--minutes takes a number from 0.01 to 1440, not "0".'],
  [['--minutes', ''], '--minutes takes a number'],
  [['--seed', '1.5'], '--seed takes a whole number, not "1.5".'],
  [['--seed=-1'], '--seed takes a number from 0'],
  [['--second', '1'], 'Options: --minutes, --only, --seed, --planted, --help.'],
  [['tokens'], 'Options: --minutes'],
])('a mistake gets one line that helps: %j', (args, message) => {
  expect(() => parse(...args)).toThrow(UsageError)
  expect(() => parse(...args)).toThrow(message)
})
