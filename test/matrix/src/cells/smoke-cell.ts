import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { obtain } from '../binaries.ts'
import type { Cell, Ran } from '../cell.ts'
import { run } from '../program.ts'
import { RUNTIMES, type RuntimeName } from '../runtimes.ts'
import { compare } from '../smoke/compare.ts'
import { withFixtures } from '../smoke/fixtures.ts'
import { type Fixtures, type Judgement, judge } from '../smoke/judge.ts'
import { inTemporaryFolder } from '../temporary-folder.ts'
import { ROOT } from '../workspace.ts'

const MAIN = join(import.meta.dirname, '../smoke/main.js')
const LONGEST_SMOKE_SECONDS = 120

/** Core with the jose engine under a runtime that is not Node: the verdicts on honest and forged tokens must be Node's. */
export function smokeCell(name: RuntimeName, parameters: readonly string[]): Cell {
  return {
    name,
    about: `core with the jose engine under ${name} ${RUNTIMES[name].version}`,
    async run() {
      const binary = await obtain(name)
      if ('notRun' in binary) return binary
      return withFixtures(fixtures => judgeElsewhere(name, binary.path, parameters, fixtures))
    },
  }
}

function judgeElsewhere(
  name: RuntimeName,
  program: string,
  parameters: readonly string[],
  fixtures: Fixtures,
): Promise<Ran> {
  return inTemporaryFolder('smoke', async folder => {
    const file = join(folder, 'fixtures.json')
    await writeFile(file, JSON.stringify(fixtures))
    const surroundings = { cwd: ROOT, timeoutSeconds: LONGEST_SMOKE_SECONDS }
    const { code, stdout, tail } = await run(program, [...parameters, MAIN, file], surroundings)
    if (code !== 0) return broken(`${name} ended with ${code}; it printed: ${tail}`)
    const { versions, ...found }: Judgement & { versions: Readonly<Record<string, string>> } = JSON.parse(stdout)
    if (versions[name] === undefined) return broken(`this was not ${name} but ${JSON.stringify(versions)}`)
    return { ...compare(fixtures, await judge(fixtures, 'node'), found), versions: `${name} ${versions[name]}` }
  })
}

function broken(why: string): Ran {
  return { passed: 0, failed: 1, skipped: 0, failures: [why], versions: '' }
}
