import { METRICS } from '../bars.ts'
import type { Metric } from '../measure/metric.ts'
import type { Findings } from '../report/collect.ts'
import { formatNumber } from '../report/format.ts'
import { nameOfSide } from '../report/side-names.ts'
import type { Series } from '../suites/suite.ts'
import { type BarSide, renderBarPanels } from './bar-panels.ts'
import { renderGrowthPanels } from './growth-panels.ts'
import { renderLineChart } from './line-chart.ts'

type Shown = Pick<Findings, 'metrics' | 'series'>

/** All pictures that these findings suffice for: SVG by the name of its file. */
export function renderPictures(findings: Shown): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>()
  for (const [file, render] of Object.entries(PICTURES)) {
    const svg = render(findings)
    if (svg !== undefined) pictures.set(file, svg)
  }
  return pictures
}

const PICTURES: Readonly<Record<string, (findings: Shown) => string | undefined>> = {
  'throughput.svg': throughput,
  'requests.svg': requests,
  'flood.svg': flood,
  'growth.svg': growth,
  'token-length.svg': tokenLength,
}

/** @throws where a picture is missing: an old one would stay on a page of new figures */
export function requireAllPictures(pictures: ReadonlyMap<string, string>): void {
  const missing = Object.keys(PICTURES).filter(file => !pictures.has(file))
  if (missing.length > 0) throw new Error(`For ${missing.join(', ')} no suite has said what to draw.`)
}

function throughput({ metrics, series }: Shown): string | undefined {
  const { cold_64_rs256_vs_best_peer: best, cold_serial_rs256_vs_best_peer: alone } = metrics
  if (best === undefined || alone === undefined || series.throughput === undefined) return undefined
  return renderBarPanels({
    title: `Tokens never seen: ${times(alone)} the fastest peer one at a time, ${times(best)} with 64 in flight`,
    subtitle: 'RS256 tokens verified per second by one process; issuer and audience are checked on all sides.',
    sides: series.throughput.map(named),
    largestFirst: true,
  })
}

function requests({ metrics, series }: Shown): string | undefined {
  const { express_vs_auth0: express, fastify_vs_fastify_jwt: fastify } = metrics
  if (express === undefined || fastify === undefined || series.requests === undefined) return undefined
  return renderBarPanels({
    title: `Scopeward: ${times(express)} express-oauth2-jwt-bearer, ${times(fastify)} @fastify/jwt`,
    subtitle: 'Requests per second of one server process, 2,000 tokens that it has seen before, 32 connections.',
    sides: series.requests.map(named),
    largestFirst: true,
  })
}

function flood({ metrics, series }: Shown): string | undefined {
  if (metrics.flood_p99_paced === undefined || series.flood === undefined) return undefined
  const [alone, ...flooded] = series.flood
  if (alone === undefined) return undefined
  return renderBarPanels({
    title: `With as many forged requests on top of the valid ones, p99 is ${times(metrics.flood_p99_paced)} as long`,
    subtitle: 'Milliseconds until a valid request is answered, at percentiles of all valid requests.',
    sides: [{ ...alone, kind: 'other' }, ...flooded.map(side => ({ ...side, kind: 'ours' as const }))],
  })
}

const GROWTH_METRICS: Readonly<Record<string, string>> = {
  'cached tokens': 'warm_growth_1k_to_1m',
  scopes: 'scopes_growth_1_to_1000',
  routes: 'routes_growth_10_to_2000',
  issuers: 'issuers_growth_1_to_10000',
}

function growth({ metrics, series }: Shown): string | undefined {
  const tokens = metrics.warm_growth_1k_to_1m
  if (tokens === undefined || series.growth === undefined) return undefined
  return renderGrowthPanels({
    title: `1,000 times as many remembered tokens: ${times(tokens)} the time of a check`,
    subtitle:
      'Time of one check of a token seen before, over that at the smallest amount. Amounts on a logarithmic scale.',
    curves: series.growth.map(curve => ({ ...curve, limit: METRICS[GROWTH_METRICS[curve.name] ?? '']?.bar })),
  })
}

function tokenLength({ series }: Shown): string | undefined {
  const [ours, floor] = series.token_length ?? []
  if (ours === undefined || floor === undefined) return undefined
  return renderLineChart({
    title: 'The longer the token, the longer its digest takes',
    subtitle: 'Nanoseconds for one check of a token seen before.',
    across: 'bytes of the token',
    ours: { ...ours, name: 'Scopeward' },
    other: { ...floor, name: 'SHA-256, look-up' },
  })
}

const LIMITS: readonly string[] = ['floor', 'bare']

function named({ name, points }: Series): BarSide {
  const kind = name === 'ours' ? 'ours' : LIMITS.includes(name) ? 'floor' : 'other'
  return { name: nameOfSide(name), points, kind }
}

function times({ value }: Metric): string {
  return `${formatNumber(value)}×`
}
