import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'

const run = promisify(execFile)

/**
 * What a process takes to import a library and to build its guard, as the process itself finds it: what Node takes to start
 * is not in it. Every measurement has new processes.
 * @param variant which `import-process-*`, and in how many processes
 */
export default async function prepare(_fixtures: Fixtures, variant: string): Promise<Side> {
  const [library, processes = '1'] = variant.split(' ')
  const main = fileURLToPath(new URL(`./import-process-${library}.js`, import.meta.url))
  return {
    measure: async () => {
      let nanoseconds = 0
      for (let started = 0; started < Number(processes); started++) {
        const { stdout } = await run(process.execPath, [main])
        nanoseconds += Number(stdout)
      }
      return nanoseconds / Number(processes)
    },
  }
}
