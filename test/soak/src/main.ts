import { writeFileSync } from 'node:fs'
import { HELP, parseOptions, UsageError } from './report/options.ts'
import { defectsOf } from './report/report.ts'
import { textOf } from './report/text.ts'
import { soak } from './run.ts'

const USAGE = 2

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args)
    if (options === 'help') {
      process.stdout.write(HELP)
      return 0
    }
    const findings = await soak(options)
    const defects = defectsOf(findings)
    console.log(textOf(findings))
    for (const defect of defects) console.error(defect)
    if (options.json !== undefined)
      writeFileSync(options.json, `${JSON.stringify({ ...findings, defects }, null, 2)}\n`)
    return defects.length > 0 ? 1 : 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return USAGE
  }
}
