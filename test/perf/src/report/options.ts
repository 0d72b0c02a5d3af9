import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { namesIn, readFlags, UsageError } from '../../../command-line/dist/flags.js'

/** What the caller of the bench wants. */
export interface BenchOptions {
  readonly quick: boolean
  readonly budget: boolean
  readonly docs: boolean
  /** Names of the suites to run; without it, all. */
  readonly only?: readonly string[]
  /** File for the figures. */
  readonly json?: string
  /** Folder for the pictures. */
  readonly plots?: string
}

const FLAGS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  budget: { type: 'boolean', default: false },
  only: { type: 'string' },
  plots: { type: 'string' },
  docs: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

export function helpText(suites: readonly string[]): string {
  return `npm run bench -- [options]

  --quick          5 rounds instead of 11, in 2 to 3 minutes
  --json FILE      write the figures
  --budget         exit with 1 when a metric is under its bar or was not measured
  --only NAME,…    only these suites: ${suites.join(', ')}
  --plots FOLDER   write the pictures
  --docs           write figures and pictures into docs/performance.md; a full run only
  --help
`
}

/** @throws UsageError */
export function parseOptions(args: readonly string[], suites: readonly string[]): BenchOptions | 'help' {
  const { help, only, ...flags } = readFlags(args, FLAGS)
  if (help) return 'help'
  const names = only === undefined ? undefined : namesIn(only, suites, 'suite')
  if (flags.docs && (flags.quick || names !== undefined)) {
    throw new UsageError('--docs takes a full run, without --quick and --only: readers are shown its figures.')
  }
  if (flags.json !== undefined) requireFolderOf(flags.json)
  return { ...flags, ...(names && { only: names }) }
}

/** Said before the run, not after ten minutes of it. */
function requireFolderOf(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch {
    throw new UsageError(`${file} cannot be written: its folder does not exist or is read-only.`)
  }
}
