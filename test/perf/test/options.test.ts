import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../command-line/dist/flags.js'
import { helpText, parseOptions } from '../src/report/options.ts'

const SUITES = ['warm', 'dpop-http']
const parse = (...args: string[]) => parseOptions(args, SUITES)

describe('what is asked of the bench', () => {
  test('without options: all suites, a full run, no files', () => {
    expect(parse()).toEqual({ quick: false, budget: false, docs: false })
  })

  test('with options', () => {
    const json = join(tmpdir(), 'figures.json')
    expect(parse('--quick', '--budget', '--json', json, '--plots=plots', '--only', 'dpop-http, warm')).toEqual({
      quick: true,
      budget: true,
      docs: false,
      json,
      plots: 'plots',
      only: ['dpop-http', 'warm'],
    })
  })

  test('--help, whatever else there is, and it names every suite', () => {
    expect(parse('--quick', '--help')).toBe('help')
    for (const suite of SUITES) expect(helpText(SUITES)).toContain(suite)
  })
})

describe('a mistake gets one line that helps', () => {
  test.each([
    ['a flag that does not exist', ['--quik'], /^Unknown option '--quik'\. Options: --quick, --json, .*--help\.$/],
    ['a flag that takes the next one for its value', ['--json', '--quick'], /--json.*ambiguous\. Options: /],
    ['a flag without its value', ['--json'], /--json.*argument missing\. Options: /],
    ['a value where there is none', ['--quick=yes'], /--quick.*Options: /],
    ['something that is no flag', ['warm'], /'warm'.*Options: .*--only/],
    [
      'a suite that does not exist',
      ['--only', 'warm,flud'],
      /^There is no suite "flud"\. There are: warm, dpop-http\.$/,
    ],
    ['no suite at all', ['--only', ''], /^There is no suite ""\. There are: warm, dpop-http\.$/],
    ['a file whose folder does not exist', ['--json', '/nowhere/at/all.json'], /^\/nowhere\/at\/all\.json cannot be/],
    ['documents of a quick run', ['--docs', '--quick'], /^--docs takes a full run/],
    ['documents of a part', ['--docs', '--only', 'warm'], /^--docs takes a full run/],
  ])('%s', (_name, args, message) => {
    const line = messageFor(args)
    expect(line).toMatch(message)
    expect(line).not.toContain('\n')
  })
})

function messageFor(args: readonly string[]): string {
  try {
    return `nothing was thrown: ${parse(...args)}`
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return error.message
  }
}

describe('the command', () => {
  const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
  const run = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' })

  test('ends with 2 and one line on a mistake, before it measures anything', () => {
    const { status, stderr, stdout } = run('--only', 'nothing')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^There is no suite "nothing"\. There are: warm, cold, .+\.\n$/)
  })

  test('shows its options', () => {
    const { status, stdout } = run('--help')
    expect([status, stdout]).toEqual([0, expect.stringContaining('--quick')])
  })
})
