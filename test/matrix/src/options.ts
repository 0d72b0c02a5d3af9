import { namesIn, readFlags } from '../../command-line/dist/flags.js'

export interface MatrixOptions {
  readonly quick: boolean
  /** Names of the cells to run; without it, all. */
  readonly only?: readonly string[]
}

const FLAGS = {
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

export const HELP = `npm run matrix -- [options]

  --only NAME,…    only these cells
  --quick          only the tests of core, or of the packages where their dependencies differ
  --list           the cells, and what is different in each
  --help

Binaries are kept in node_modules/.cache/scopeward-matrix. The exit code is 1 when a cell failed, when none could
run, and when one of those that --only names could not.
`

/** @throws UsageError */
export function parseOptions(args: readonly string[], cells: readonly string[]): MatrixOptions | 'help' | 'list' {
  const { help, list, quick, only } = readFlags(args, FLAGS)
  if (help) return 'help'
  if (list) return 'list'
  return { quick, ...(only !== undefined && { only: namesIn(only, cells, 'cell') }) }
}
