import { writeFileSync } from 'node:fs'
import { exitCodeOf } from '../../command-line/dist/flags.js'
import { HELP, parseOptions } from './report/options.ts'
import { defectsOf } from './report/report.ts'
import { textOf } from './report/text.ts'
import { soak } from './run.ts'

process.exitCode = await exitCodeOf(() => main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  // At once: a run that breaks off has to be repeated too.
  console.log(`seed ${options.seed}`)
  const findings = await soak(options)
  const defects = defectsOf(findings)
  console.log(textOf(findings))
  for (const defect of defects) console.error(defect)
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...findings, defects }, null, 2)}\n`)
  return defects.length > 0 ? 1 : 0
}
