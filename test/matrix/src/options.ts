import { parseArgs } from 'node:util'

export interface MatrixOptions {
  readonly quick: boolean
  /** Names of the cells to run; without it, all. */
  readonly only?: readonly string[]
}

/** The caller wrote something that the matrix does not know; the message is one line and says what it knows. */
export class UsageError extends Error {}

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

Binaries are kept in node_modules/.cache/scopeward-matrix. The exit code is 1 when a cell failed or none could run.
`

/** @throws UsageError */
export function parseOptions(args: readonly string[], cells: readonly string[]): MatrixOptions | 'help' | 'list' {
  const { help, list, quick, only } = readFlags(args)
  if (help) return 'help'
  if (list) return 'list'
  const names = only?.split(',').map(name => name.trim())
  const unknown = names?.find(name => !cells.includes(name))
  if (unknown !== undefined) throw new UsageError(`There is no cell "${unknown}". There are: ${cells.join(', ')}.`)
  return { quick, ...(names && { only: names }) }
}

function readFlags(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values
  } catch (error) {
    const [what] = (error as Error).message.split(/\.\s/)
    throw new UsageError(`${what}. Options: --${Object.keys(FLAGS).join(', --')}.`)
  }
}
