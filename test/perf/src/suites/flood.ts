import { bearerLoad } from '../http/bearer-load.ts'
import { BUSY_LOAD, floodOrders, PACED_LOAD, type Situation } from '../http/flood-orders.ts'
import type { LoadGenerator } from '../http/load-generator.ts'
import type { Latency } from '../http/load-order.ts'
import { startTestBed } from '../http/test-bed.ts'
import { type Metric, median, summary } from '../measure/metric.ts'
import { measureInTurn, type Round } from '../measure/rounds.ts'
import type { Series, Suite } from './suite.ts'

const WARM_UPS = 3
const CAPACITY_WINDOWS = 6
const CAPACITY_SECONDS = 0.4
const ESSENTIAL: readonly Situation[] = ['saturated', 'saturatedUnknownKid']
const PACED: readonly Situation[] = ['alone', 'unknownKid', 'knownKid', 'busy', 'busyUnknownKid']

type Latencies = readonly Round<Situation, Latency>[]

/** How long valid requests take while forged ones come too. */
export const flood: Suite = async ({ quick, rounds, fixtures }) => {
  const { servers, generator, stop } = await startTestBed('fastify-servers', ['ours'], fixtures)
  try {
    const { url } = servers.ours
    const capacity = await findCapacity(generator, url, quick ? 3 : CAPACITY_WINDOWS)
    const orders = floodOrders(url, capacity)
    for (let count = 0; count < WARM_UPS; count++) await generator.run(orders.saturatedUnknownKid)
    const situations = quick ? ESSENTIAL : [...ESSENTIAL, ...PACED]
    const measured = await measureInTurn(situations, rounds, async situation => {
      const [valid] = await generator.run(orders[situation])
      return valid.latency
    })
    const metrics = { flood_p99: p99Ratio(measured, 'saturatedUnknownKid', 'saturated') }
    if (quick) return { metrics }
    return {
      metrics: { ...metrics, ...pacedMetrics(measured) },
      series: { flood: seriesOf(measured) },
      notes: notesOnRate(capacity),
    }
  } finally {
    stop()
  }
}

/**
 * Valid requests per second that the server answers when it is asked without a pause. The best of several windows: while the
 * just-in-time compiler is at work it answers less than half, and a flood of so few requests would be too easy.
 */
async function findCapacity(generator: LoadGenerator, url: string, windows: number): Promise<number> {
  let capacity = 0
  for (let count = 0; count < windows; count++) {
    const [result] = await generator.run(bearerLoad(url, CAPACITY_SECONDS))
    capacity = Math.max(capacity, 1e9 / result.nanosecondsPerRequest)
  }
  return capacity
}

function pacedMetrics(measured: Latencies): Record<string, Metric> {
  return {
    flood_p99_paced: p99Ratio(measured, 'unknownKid', 'alone'),
    flood_p99_paced_known_kid: p99Ratio(measured, 'knownKid', 'alone'),
    flood_p99_paced_busy: p99Ratio(measured, 'busyUnknownKid', 'busy'),
  }
}

function p99Ratio(measured: Latencies, flooded: Situation, base: Situation): Metric {
  return summary(measured.map(round => round[flooded].p99 / round[base].p99))
}

function seriesOf(measured: Latencies): readonly Series[] {
  return [
    percentiles('no flood', measured, 'alone'),
    percentiles('flood, unknown key IDs', measured, 'unknownKid'),
    percentiles('flood, the known key ID', measured, 'knownKid'),
  ]
}

/** In milliseconds, the median of the rounds. */
function percentiles(name: string, measured: Latencies, situation: Situation): Series {
  const of = (percentile: keyof Latency) => median(measured.map(round => round[situation][percentile]))
  const points = [
    ['p50', of('p50')],
    ['p90', of('p90')],
    ['p99', of('p99')],
    ['p99.9', of('p999')],
  ] as const
  return { name, points }
}

function notesOnRate(capacity: number): readonly string[] {
  const note = (metric: string, load: number) =>
    `${metric}: ${Math.round(capacity * load)} valid and as many forged requests per second, each ${Math.round(load * 100)} % of what the server answers when it is asked without a pause.`
  return [note('flood_p99_paced', PACED_LOAD), note('flood_p99_paced_busy', BUSY_LOAD)]
}
