import type { Series } from '../suites/suite.ts'
import type { Findings } from './collect.ts'
import { formatNumber } from './format.ts'
import { peerVersions } from './peers.ts'
import { nameOfSide } from './side-names.ts'
import { markdownTable, renderMarkdownTable } from './table.ts'

/** Where and how thoroughly the figures came about. */
export interface Circumstances {
  readonly processor: string
  readonly cores: number
  readonly rounds: number
  readonly seconds: number
}

/** What stands on docs/performance.md between the marks, by name. */
export function docsBlocks(findings: Findings, circumstances: Circumstances): Readonly<Record<string, string>> {
  const { metrics, series, notes } = findings
  return {
    run: runBlock(circumstances),
    metrics: renderMarkdownTable(metrics),
    notes: notes.map(note => `- ${note}`).join('\n'),
    limit: limitBlock(metrics),
    throughput: seriesTable('RS256 tokens per second', series.throughput),
    requests: seriesTable('requests per second', series.requests),
    flood: seriesTable('milliseconds', series.flood),
    deployment: deploymentBlock(findings),
  }
}

function runBlock({ processor, cores, rounds, seconds }: Circumstances): string {
  const machine = `Node ${process.version}, ${cores} cores of ${processor}`
  return `${machine}; ${rounds} rounds, ${Math.round(seconds)} seconds in all. Peers: ${peerVersions().join(', ')}.`
}

const LIMITS = [
  ['token seen before', 'SHA-256 and one look-up in lru-cache', 'warm_vs_floor'],
  ['RS256, one at a time', 'bare `crypto.verify`', 'cold_serial_rs256_vs_floor'],
  ['ES256, one at a time', 'bare `crypto.verify`', 'cold_serial_es256_vs_floor'],
  ['Ed25519, one at a time', 'bare `crypto.verify`', 'cold_serial_ed25519_vs_floor'],
  ['RS256, 64 in flight', '`crypto.verify` on the thread pool', 'cold_64_rs256_vs_floor'],
  ['ES256, 64 in flight', '`crypto.verify` on the thread pool', 'cold_64_es256_vs_floor'],
  ['Ed25519, 64 in flight', '`crypto.verify` on the thread pool', 'cold_64_ed25519_vs_floor'],
  ['DPoP, token seen before', 'one bare ES256 `crypto.verify`', 'dpop_vs_floor'],
  ['Fastify', 'the route without a guard', 'fastify_vs_bare'],
  ['Express', 'the route without a guard', 'express_vs_bare'],
] as const

function limitBlock(metrics: Findings['metrics']): string {
  const rows = LIMITS.flatMap(([way, limit, name]) => {
    const metric = metrics[name]
    return metric === undefined ? [] : [[way, limit, `${Math.round(metric.value * 100)} %`]]
  })
  return markdownTable(['way', 'limit', 'we reach'], rows)
}

/** A row for each side, a column for each panel of the picture. */
function seriesTable(unit: string, all: readonly Series[] = []): string {
  const columns = [...new Set(all.flatMap(({ points }) => points.map(([column]) => String(column))))]
  const rows = [...new Set(all.map(({ name }) => name))].map(side => [
    nameOfSide(side),
    ...columns.map(column => formatted(pointOf(all, side, column))),
  ])
  return markdownTable([unit, ...columns], rows)
}

function pointOf(all: readonly Series[] | undefined, side: string, x: string | number): number | undefined {
  const points = all?.filter(({ name }) => name === side).flatMap(each => each.points)
  return points?.find(([place]) => place === x)?.[1]
}

function formatted(value: number | undefined): string {
  return value === undefined ? '–' : formatNumber(value)
}

const USUAL_TOKEN_BYTES = 700
const CLIENTS = 10_000

/** For one process, which has one core for JavaScript. */
function deploymentBlock({ metrics, series }: Findings): string {
  const perSecond = (framework: string) => {
    const [ours, bare] = ['ours', 'bare'].map(side => formatted(pointOf(series.requests, side, framework)))
    return `${ours} (${bare} without a guard)`
  }
  const known = nearest(
    series.token_length?.find(({ name }) => name === 'ours'),
    USUAL_TOKEN_BYTES,
  )
  const bytes = metrics.bytes_per_cached_token?.value
  return markdownTable(
    ['one process', ''],
    [
      ['requests per second, Fastify', perSecond('Fastify')],
      ['requests per second, Express', perSecond('Express')],
      ['time of a check, token seen before', `${formatted(known && known / 1000)} µs`],
      ['of a core, for 1,000 such checks per second', `${formatted(known && known / 10_000)} %`],
      ['tokens never seen per second, RS256', formatted(pointOf(series.throughput, 'ours', 'one at a time'))],
      ['memory of 10,000 remembered tokens', `${formatted(bytes && (bytes * CLIENTS) / 1e6)} MB`],
    ],
  )
}

function nearest(curve: Series | undefined, x: number): number | undefined {
  const distances = curve?.points.map(([place, y]) => ({ y, distance: Math.abs(Number(place) - x) }))
  return distances?.toSorted((a, b) => a.distance - b.distance)[0]?.y
}
