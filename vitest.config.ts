import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** By how long they take; begun last, they would be waited for alone. */
const SLOW = [
  'ten-thousand-tenants',
  'packaging.test',
  'security-integrations.test',
  'test/redis/replay',
  'leakage/emissions',
  'report-page.test',
  'soak/test/soak',
  'reliability/reliability',
  'outage/faults',
]

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => SLOW.findIndex(name => moduleId.includes(name))
    const slow = files.filter(file => rank(file) !== -1).sort((a, b) => rank(a) - rank(b))
    return [...slow, ...(await super.sort(files.filter(file => rank(file) === -1)))]
  }
}

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    // One more than there are cores: half of the tests wait for sockets.
    maxWorkers: availableParallelism() + 1,
    // A worker loads the modules of the product once and not for each file: 90 of 390 seconds.
    isolate: false,
    sequence: { sequencer: SlowFirst },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // The compiled packages are loaded by Node itself: to send each module of them through Vite takes seconds in every file.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
  },
})
