import type { JWK } from 'jose'
import { median } from '../measure/metric.ts'
import { measureInTurn, type Round } from '../measure/rounds.ts'
import type { Series } from '../suites/suite.ts'
import type { LoadGenerator } from './load-generator.ts'
import type { LoadOrder } from './load-order.ts'
import type { ServerModule, ServerProcess } from './server-process.ts'
import { startTestBed } from './test-bed.ts'

/** Below it, something else than the server may have set the pace. */
const MIN_PROCESSOR_SHARE = 0.9

export interface ComparisonSettings {
  /** File with the tokens. */
  readonly fixtures: string
  /** That the servers trust. Default: the one of the RS256 tokens. */
  readonly keys?: readonly JWK[]
  readonly rounds: number
  /** How often each server is put under load before the rounds, so that the just-in-time compiler is done. */
  readonly warmUps: number
  /** What to do with the server at this URL, as often as it is measured. */
  readonly loadOn: (url: string) => LoadOrder
}

export interface Comparison<Variant extends string> {
  /** Nanoseconds per request. */
  readonly rounds: readonly Round<Variant>[]
  readonly notes: readonly string[]
}

/** Compares the throughput of servers, of which only one is under load at a time. */
export async function compareServers<Variant extends string>(
  module: ServerModule,
  variants: readonly Variant[],
  { fixtures, keys, rounds, warmUps, loadOn }: ComparisonSettings,
): Promise<Comparison<Variant>> {
  const { servers, generator, stop } = await startTestBed(module, variants, fixtures, keys)
  const lowestShares = new Map<string, number>()
  try {
    for (const server of Object.values<ServerProcess>(servers)) {
      for (let count = 0; count < warmUps; count++) await generator.run(loadOn(server.url))
    }
    const measured = await measureInTurn(variants, rounds, async variant => {
      const server = servers[variant]
      const { nanoseconds, processorShare } = await measureThroughput(server, generator, loadOn(server.url))
      lowestShares.set(variant, Math.min(processorShare, lowestShares.get(variant) ?? 1))
      return nanoseconds
    })
    return { rounds: measured, notes: [...lowestShares].flatMap(noteOnIdleness) }
  } finally {
    stop()
  }
}

/** Requests per second by the name of the server, for the picture that shows both frameworks. */
export function requestSeries(framework: string, rounds: readonly Round<string>[]): readonly Series[] {
  const perSecond = (name: string) => 1e9 / median(rounds.map(round => round[name] as number))
  return Object.keys(rounds[0] ?? {}).map(name => ({ name, points: [[framework, perSecond(name)]] }))
}

async function measureThroughput(
  server: ServerProcess,
  generator: LoadGenerator,
  order: LoadOrder,
): Promise<{ readonly nanoseconds: number; readonly processorShare: number }> {
  const before = await server.processorSeconds()
  const [result] = await generator.run(order)
  const processorSeconds = (await server.processorSeconds()) - before
  return { nanoseconds: result.nanosecondsPerRequest, processorShare: processorSeconds / result.seconds }
}

function noteOnIdleness([variant, share]: readonly [string, number]): string[] {
  if (share >= MIN_PROCESSOR_SHARE) return []
  return [
    `The server "${variant}" used ${Math.round(share * 100)} % of a core in one window: it may be faster than it looks.`,
  ]
}
