import { exitCodeOf } from '../../command-line/dist/flags.js'
import { type Cell, type CellSettings, codeFor, type Outcome, type Row } from './cell.ts'
import { CELLS } from './cells/all.ts'
import { HELP, type MatrixOptions, parseOptions } from './options.ts'
import { renderTable } from './table.ts'

process.exitCode = await exitCodeOf(() => main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(
    args,
    CELLS.map(({ name }) => name),
  )
  if (options === 'help') process.stdout.write(HELP)
  else if (options === 'list') for (const { name, about } of CELLS) console.log(`${name.padEnd(10)}${about}`)
  else return runCells(options)
  return 0
}

/** One after the other: two suites at once would spoil each other's times. */
async function runCells({ only, quick }: MatrixOptions): Promise<number> {
  const rows: Row[] = []
  for (const cell of CELLS.filter(({ name }) => only?.includes(name) ?? true)) {
    console.error(`${cell.name}: ${cell.about} …`)
    const begun = performance.now()
    const outcome = await outcomeOf(cell, { quick })
    rows.push({ cell: cell.name, outcome, seconds: (performance.now() - begun) / 1000 })
  }
  console.log(`\n${renderTable(rows)}`)
  return codeFor(rows, only !== undefined)
}

/** A cell that breaks has failed, and the others still run. */
async function outcomeOf(cell: Cell, settings: CellSettings): Promise<Outcome> {
  try {
    return await cell.run(settings)
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [String(error)], versions: 'broke off' }
  }
}
