import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/** What the caller of the fuzzing wants. */
export interface FuzzOptions {
  /** For each target. */
  readonly minutes: number
  /** Names of the targets to run; without it, all. */
  readonly only?: readonly string[]
  readonly seed: number
  /** Names of the bugs to plant, one run for each; without it, the product as it is. */
  readonly planted?: readonly string[]
}

/** The caller wrote something that does not exist; the message is one line and says what there is. */
export class UsageError extends Error {}

/** What can be asked for. */
export interface Known {
  readonly targets: readonly string[]
  readonly bugs: readonly string[]
}

const FLAGS = {
  minutes: { type: 'string' },
  only: { type: 'string' },
  seed: { type: 'string' },
  planted: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const MAX_SEED = 2 ** 32 - 1
const MAX_MINUTES = 24 * 60

export function helpText({ targets, bugs }: Known): string {
  return `npm run fuzz -- [options]

  --minutes N     for each target; default 1
  --only NAME,…   only these targets: ${targets.join(', ')}
  --seed N        the seed of an earlier run, to repeat it
  --planted NAME  plants a bug and exits with 0 when it is found within a minute; "all", or one of:
                  ${bugs.join('\n                  ')}
  --help
`
}

/** @throws UsageError */
export function parseOptions(args: readonly string[], known: Known): FuzzOptions | 'help' {
  const { help, minutes, only, seed, planted } = readFlags(args)
  if (help) return 'help'
  const targets = only && namesIn(only, known.targets, 'target')
  const bugs = planted === 'all' ? known.bugs : planted && namesIn(planted, known.bugs, 'planted bug')
  if (bugs && (targets || minutes))
    throw new UsageError('--planted goes alone, or with --seed: each bug has its target and a minute.')
  return {
    minutes: minutes === undefined ? 1 : numberIn('minutes', minutes, 0.01, MAX_MINUTES),
    seed: seed === undefined ? randomInt(MAX_SEED) : integerIn('seed', seed),
    ...(targets && { only: targets }),
    ...(bugs && { planted: bugs }),
  }
}

function readFlags(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values
  } catch (error) {
    const [what] = (error as Error).message.split(/\.\s/)
    throw new UsageError(`${what}. Options: --${Object.keys(FLAGS).join(', --')}.`)
  }
}

function namesIn(list: string, known: readonly string[], what: string): readonly string[] {
  const names = list.split(',').map(name => name.trim())
  const unknown = names.find(name => !known.includes(name))
  if (unknown === undefined) return names
  throw new UsageError(`There is no ${what} "${unknown}". There are: ${known.join(', ')}.`)
}

function numberIn(name: string, text: string, from: number, to: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= from && value <= to) return value
  throw new UsageError(`--${name} takes a number from ${from} to ${to}, not "${text}".`)
}

function integerIn(name: string, text: string): number {
  const value = numberIn(name, text, 0, MAX_SEED)
  if (Number.isInteger(value)) return value
  throw new UsageError(`--${name} takes a whole number, not "${text}".`)
}
