import { randomInt } from 'node:crypto'
import { namesIn, numberIn, readFlags, seedIn, UsageError } from '../../command-line/dist/flags.js'

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
  const { help, minutes, only, seed, planted } = readFlags(args, FLAGS)
  if (help) return 'help'
  const targets = only && namesIn(only, known.targets, 'target')
  const bugs = planted === 'all' ? known.bugs : planted && namesIn(planted, known.bugs, 'planted bug')
  if (bugs && (targets || minutes))
    throw new UsageError('--planted goes alone, or with --seed: each bug has its target and a minute.')
  return {
    minutes: minutes === undefined ? 1 : numberIn('minutes', minutes, 0.01, MAX_MINUTES),
    seed: seed === undefined ? randomInt(MAX_SEED) : seedIn('seed', seed),
    ...(targets && { only: targets }),
    ...(bugs && { planted: bugs }),
  }
}
