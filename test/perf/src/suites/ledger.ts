import { bearerLoad } from '../http/bearer-load.ts'
import type { ServerModule } from '../http/server-process.ts'
import { startTestBed } from '../http/test-bed.ts'
import { costRatio, median } from '../measure/metric.ts'
import { measureInTurn, measureRounds, type Round } from '../measure/rounds.ts'
import type { Suite } from './suite.ts'

/** Beside the others of its kind only by its path: it measures one guard against itself, not frameworks. */
const SERVERS = '../sides/ledger-servers' as string as ServerModule

const VARIANTS = ['recorded', 'plain'] as const

type Variant = (typeof VARIANTS)[number]

const WARM_UPS = 2
const WINDOW_SECONDS = 0.8

/**
 * Two processes of the very same server differ by a few percent for as long as they live, by how the just-in-time compiler
 * and the memory came out. So each pair is measured for a short while, and then there is another one.
 */
const QUICK = { pairs: 3, windows: 5 }
const FULL = { pairs: 5, windows: 6 }

/** What the usage recorder adds to a request of the warm Fastify row. */
export const ledger: Suite = async ({ quick, rounds, fixtures }) => {
  const { pairs, windows } = quick ? QUICK : FULL
  const measured: Round<Variant>[] = []
  for (let pair = 0; pair < pairs; pair++) measured.push(...(await measurePair(fixtures, windows)))
  return {
    metrics: { ledger_overhead: costRatio(measured, 'recorded', 'plain') },
    notes: [await noteOnCalls(fixtures, rounds)],
  }
}

/**
 * Nanoseconds of processor time per request: what a request costs, all threads of the server together. The time on the wall
 * tells a few percent only where nothing else runs.
 */
async function measurePair(fixtures: string, windows: number): Promise<readonly Round<Variant>[]> {
  const { servers, generator, stop } = await startTestBed(SERVERS, VARIANTS, fixtures)
  try {
    for (const variant of VARIANTS) {
      for (let count = 0; count < WARM_UPS; count++) await generator.run(bearerLoad(servers[variant].url, 1))
    }
    return await measureInTurn(VARIANTS, windows, async variant => {
      const before = await servers[variant].processorSeconds()
      const [result] = await generator.run(bearerLoad(servers[variant].url, WINDOW_SECONDS))
      const spent = (await servers[variant].processorSeconds()) - before
      return (spent / result.seconds) * result.nanosecondsPerRequest
    })
  } finally {
    stop()
  }
}

async function noteOnCalls(fixtures: string, rounds: number): Promise<string> {
  const planOf = (variant: string) => ({ module: 'ledger-calls', variant })
  const measured = await measureRounds({ calls: planOf('calls'), loop: planOf('nothing') }, fixtures, rounds)
  const nanoseconds = median(measured.map(round => round.calls - round.loop))
  return `The usage recorder takes ${Math.round(nanoseconds)} ns for a call, with 2,000 tokens on ten routes each.`
}
