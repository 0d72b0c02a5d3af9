import { parseArgs } from 'node:util'
import { MISTAKES, type Mistake } from '../messages.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  /** File for the figures. */
  readonly json: string | undefined
  /** What is planted into the server. */
  readonly mistakes: readonly Mistake[]
}

/** The caller wrote something that the soak does not know. */
export class UsageError extends Error {}

const MAX_MINUTES = 24 * 60

const FLAGS = {
  minutes: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  plant: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

export const HELP: string = `npm run soak -- [options]

  --minutes N     how long, 0.05 to ${MAX_MINUTES}; default 1
  --seed N        which requests and disturbances are chosen; default 1
  --json FILE     write the figures
  --plant NAME,…  let the server make mistakes, to see them found: ${MISTAKES.join(', ')}
  --help

Exits with 1 after a wrong answer, a leak, or a shutdown that leaves something open. The slope of the heap is judged in
runs of 2 minutes and more.
`

/** @throws UsageError */
export function parseOptions(args: readonly string[]): SoakOptions | 'help' {
  const { help, minutes, seed, json, plant } = readFlags(args)
  if (help) return 'help'
  return {
    minutes: numberIn('minutes', minutes, 0.05, MAX_MINUTES),
    seed: numberIn('seed', seed, 0, 2 ** 32 - 1),
    json,
    mistakes: plant?.split(',').map(mistakeOf) ?? [],
  }
}

function readFlags(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function numberIn(name: string, text: string, from: number, to: number): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= from && value <= to) return value
  throw new UsageError(`--${name} takes a number from ${from} to ${to}, not "${text}".`)
}

function mistakeOf(name: string): Mistake {
  const found = MISTAKES.find(mistake => mistake === name)
  if (found === undefined) throw new UsageError(`--plant takes one of ${MISTAKES.join(', ')}, not "${name}".`)
  return found
}
