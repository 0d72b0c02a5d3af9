import { bearerLoad } from '../http/bearer-load.ts'
import { compareServers, requestSeries } from '../http/compare-servers.ts'
import { type Metric, speedRatio } from '../measure/metric.ts'
import type { Suite } from './suite.ts'

const PEERS = { fastifyJwt: 'fastify_jwt', fastifyJwtJwks: 'fastify_jwt_jwks' }
/** Both stand on fast-jwt, whose cache of verified tokens is off unless the application asks for it. */
const CACHING_PEERS = { fastifyJwtCached: 'fastify_jwt_cached', fastifyJwtJwksCached: 'fastify_jwt_jwks_cached' }

/** Requests per second through Fastify, with tokens that the guard has verified before. */
export const fastify: Suite = async ({ quick, rounds, fixtures }) => {
  const others = { bare: 'bare', ...PEERS, ...(quick ? {} : CACHING_PEERS) }
  const { rounds: measured, notes } = await compareServers('fastify-servers', ['ours', ...Object.keys(others)], {
    fixtures,
    rounds,
    warmUps: quick ? 1 : 2,
    loadOn: url => bearerLoad(url, quick ? 0.3 : 0.8),
  })
  const metrics: Record<string, Metric> = {}
  for (const [variant, name] of Object.entries(others)) {
    metrics[`fastify_vs_${name}`] = speedRatio(measured, 'ours', variant)
  }
  return { metrics, notes, series: { requests: requestSeries('Fastify', measured) } }
}
