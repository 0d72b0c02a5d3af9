import { randomInt } from 'node:crypto'
import { namesIn, numberIn, readFlags, seedIn } from '../../../command-line/dist/flags.js'
import { MISTAKES, type Mistake } from '../messages.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  /** File for the figures. */
  readonly json: string | undefined
  /** What is planted into the server. */
  readonly mistakes: readonly Mistake[]
}

const MAX_MINUTES = 24 * 60

const FLAGS = {
  minutes: { type: 'string', default: '1' },
  seed: { type: 'string' },
  json: { type: 'string' },
  plant: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

export const HELP: string = `npm run soak -- [options]

  --minutes N     how long, 0.05 to ${MAX_MINUTES}; default 1
  --seed N        which requests and disturbances are chosen; default: a random one, which is printed
  --json FILE     write the figures
  --plant NAME,…  let the server make mistakes, to see them found: ${MISTAKES.join(', ')}
  --help

Exits with 1 after a wrong answer, a leak, or a shutdown that leaves something open; in runs of 2 minutes and more also
where the heap grows, or what is held outside of it, or where two answers were right too often.
`

/** @throws UsageError */
export function parseOptions(args: readonly string[]): SoakOptions | 'help' {
  const { help, minutes, seed, json, plant } = readFlags(args, FLAGS)
  if (help) return 'help'
  return {
    minutes: numberIn('minutes', minutes, 0.05, MAX_MINUTES),
    seed: seed === undefined ? randomInt(2 ** 32) : seedIn('seed', seed),
    json,
    mistakes: plant === undefined ? [] : namesIn(plant, MISTAKES, 'mistake'),
  }
}
