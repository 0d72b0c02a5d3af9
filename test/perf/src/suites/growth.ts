import { costRatio, type Metric, median } from '../measure/metric.ts'
import { measureRounds, type Round } from '../measure/rounds.ts'
import type { Series, Suite, SuiteSettings } from './suite.ts'

/** How the cost of one check goes with the size of something. */
interface Curve {
  /** What is larger. */
  readonly name: string
  readonly metric: string
  readonly module: string
  /** Ascending: the metric is the last over the first, the others are for the picture. */
  readonly sizes: readonly number[]
  /** What the module calls the side of one size. */
  readonly variantOf: (size: number) => string
}

const TOKENS: Curve = {
  name: 'cached tokens',
  metric: 'warm_growth_1k_to_1m',
  module: 'growth-tokens',
  sizes: [1000, 10_000, 100_000, 1_000_000],
  variantOf: size => `HS256 ${size}`,
}

const CURVES: readonly Curve[] = [
  TOKENS,
  {
    name: 'scopes',
    metric: 'scopes_growth_1_to_1000',
    module: 'growth-scopes',
    sizes: [1, 10, 100, 1000],
    variantOf: String,
  },
  {
    name: 'routes',
    metric: 'routes_growth_10_to_2000',
    module: 'growth-routes',
    sizes: [10, 100, 500, 2000],
    variantOf: String,
  },
  {
    name: 'issuers',
    metric: 'issuers_growth_1_to_10000',
    module: 'growth-issuers',
    sizes: [1, 10, 100, 1000, 10_000],
    variantOf: String,
  },
]

const COLD_ISSUERS: Curve = {
  name: 'issuers, tokens never seen',
  metric: 'issuers_growth_cold_1_to_10000',
  module: 'growth-issuers',
  sizes: [1, 10_000],
  variantOf: size => `${size} cold`,
}

/**
 * A million tokens are more than the heap takes by default. With little room for young objects, collecting those of the bench
 * would be a fifth of each check at all sizes, and what grows would look like less.
 */
const NODE_OPTIONS = ['--max-old-space-size=8192', '--max-semi-space-size=64']

/** More would take longer than a million tokens take to be signed and verified. */
const MOST_ROUNDS = 5

/** What a check costs where there is more of something. A quick run measures the ends of each curve alone. */
export const growth: Suite = async given => {
  const settings = { ...given, rounds: Math.min(given.rounds, MOST_ROUNDS) }
  const metrics: Record<string, Metric> = {}
  const series: Series[] = []
  for (const curve of CURVES) {
    const { metric, points } = await measureCurve(curve, settings)
    metrics[curve.metric] = metric
    series.push({ name: curve.name, points })
  }
  if (settings.quick) return { metrics, series: { growth: series } }
  metrics[COLD_ISSUERS.metric] = (await measureCurve(COLD_ISSUERS, settings)).metric
  const notes = [await noteOnAlgorithms(settings)]
  return { metrics, series: { growth: series, token_length: await measureLengths(settings) }, notes }
}

/** @returns the points relative to the smallest size */
async function measureCurve(
  { module, sizes, variantOf }: Curve,
  { quick, fixtures, rounds }: SuiteSettings,
): Promise<{ readonly metric: Metric; readonly points: Series['points'] }> {
  const measuredSizes = sizes.filter((_, index) => !quick || index === 0 || index === sizes.length - 1)
  const names = measuredSizes.map(String)
  const smallest = names[0] as string
  const plans = measuredSizes.map(size => [
    String(size),
    { module, variant: variantOf(size), nodeOptions: NODE_OPTIONS },
  ])
  const measured = await measureRounds<string>(Object.fromEntries(plans), fixtures, rounds)
  const costs = names.map(name => costRatio(measured, name, smallest))
  const points = measuredSizes.map((size, index) => [size, (costs[index] as Metric).value] as const)
  return { metric: costs.at(-1) as Metric, points }
}

/** The tokens of the curve cannot be signed by RS256. */
async function noteOnAlgorithms({ fixtures, rounds }: SuiteSettings): Promise<string> {
  const planOf = (variant: string) => ({ module: TOKENS.module, variant, nodeOptions: NODE_OPTIONS })
  const plans = { rs256: planOf('RS256 1000'), hs256: planOf('HS256 1000') }
  const { value } = costRatio(await measureRounds(plans, fixtures, rounds), 'rs256', 'hs256')
  return `Growth with cached tokens is measured with HS256, because a million tokens cannot be signed otherwise in time: a warm check of RS256 takes ${value.toFixed(2)} times as long at 1,000 tokens.`
}

const LENGTHS = [700, 1000, 2000, 4000, 8000]

/** @returns nanoseconds by bytes of the token */
async function measureLengths({ fixtures, rounds }: SuiteSettings): Promise<readonly Series[]> {
  const variants = LENGTHS.flatMap(length => [`ours ${length}`, `floor ${length}`])
  const plans = variants.map(variant => [variant, { module: 'growth-length', variant, nodeOptions: NODE_OPTIONS }])
  const measured = await measureRounds<string>(Object.fromEntries(plans), fixtures, rounds)
  return ['ours', 'floor'].map(name => ({
    name,
    points: LENGTHS.map(length => [length, medianOf(measured, `${name} ${length}`)] as const),
  }))
}

function medianOf(rounds: readonly Round<string>[], name: string): number {
  return median(rounds.map(round => round[name] as number))
}
