/** What one metric says, and how good it has to be. */
export interface MetricRow {
  /** One plain sentence. */
  readonly says: string
  readonly better: 'higher' | 'lower'
  /** Where it is missing, the figure is told and not judged. */
  readonly bar?: number
}

function atLeast(bar: number, says: string): MetricRow {
  return { says, better: 'higher', bar }
}

function atMost(bar: number, says: string): MetricRow {
  return { says, better: 'lower', bar }
}

function higherUnjudged(says: string): MetricRow {
  return { says, better: 'higher' }
}

function lowerUnjudged(says: string): MetricRow {
  return { says, better: 'lower' }
}

const WARM = 'a token verified before'
const SERIAL = 'a token never seen, one at a time'
const IN_FLIGHT = 'tokens never seen, 64 in flight'

/** Every metric of the bench, in the order in which they are shown. */
export const METRICS: Readonly<Record<string, MetricRow>> = {
  warm_vs_fast_jwt_cached: atLeast(2.2, `Speed with ${WARM}, over fast-jwt with its cache.`),
  warm_vs_floor: atLeast(0.75, `Speed with ${WARM}, over SHA-256 and one lru-cache lookup.`),
  cold_serial_rs256_vs_floor: atLeast(0.8, `Speed with ${SERIAL}, over bare synchronous \`crypto.verify\`, RS256.`),
  cold_serial_es256_vs_floor: atLeast(0.9, 'The same, ES256.'),
  cold_serial_ed25519_vs_floor: atLeast(0.93, 'The same, Ed25519.'),
  cold_serial_rs256_vs_best_peer: atLeast(1, `Speed with ${SERIAL}, over the fastest peer of each round, RS256.`),
  cold_64_rs256_vs_floor: atLeast(0.75, `Speed with ${IN_FLIGHT}, over bare \`crypto.verify\` with a callback, RS256.`),
  cold_64_es256_vs_floor: atLeast(0.85, 'The same, ES256.'),
  cold_64_ed25519_vs_floor: atLeast(0.9, 'The same, Ed25519.'),
  cold_64_rs256_vs_jose: atLeast(1.8, `Speed with ${IN_FLIGHT}, over jose, RS256.`),
  cold_64_rs256_vs_best_peer: atLeast(1.4, `Speed with ${IN_FLIGHT}, over the fastest peer of each round, RS256.`),
  fastify_vs_bare: atLeast(0.9, 'Requests per second of a guarded Fastify route, over the same route unguarded.'),
  fastify_vs_fastify_jwt: atLeast(
    6,
    'Requests per second on Fastify, over @fastify/jwt with get-jwks, its token cache off as by default.',
  ),
  fastify_vs_fastify_jwt_jwks: atLeast(
    5,
    'Requests per second on Fastify, over fastify-jwt-jwks, its token cache off as by default.',
  ),
  fastify_vs_fastify_jwt_cached: higherUnjudged(
    'Requests per second on Fastify, over @fastify/jwt with the token cache of fast-jwt on.',
  ),
  fastify_vs_fastify_jwt_jwks_cached: higherUnjudged(
    'Requests per second on Fastify, over fastify-jwt-jwks with that cache on.',
  ),
  express_vs_bare: atLeast(0.95, 'Requests per second of a guarded Express route, over the same route unguarded.'),
  express_vs_auth0: atLeast(1.9, 'Requests per second on Express, over express-oauth2-jwt-bearer.'),
  express_vs_express_jwt: atLeast(2, 'Requests per second on Express, over express-jwt with jwks-rsa.'),
  dpop_vs_floor: atLeast(0.75, 'Speed with a new ES256 proof per request, over one bare verification.'),
  dpop_vs_auth0: atLeast(1.5, 'Requests per second with DPoP on Express, over express-oauth2-jwt-bearer.'),
  flood_p99: atMost(
    2,
    'p99 latency of valid requests on 32 connections without a pause, every second one forged, over none forged.',
  ),
  flood_p99_paced: lowerUnjudged(
    'p99 latency of valid requests at a steady rate, with as many forged ones on top, over p99 without them.',
  ),
  flood_p99_paced_busy: lowerUnjudged('The same as `flood_p99_paced`, with twice as much of both.'),
  flood_p99_paced_known_kid: lowerUnjudged(
    'The same as `flood_p99_paced`, forged under the key id of a key that exists.',
  ),
  ledger_overhead: atMost(
    1.03,
    'Processor time per request of a guarded Fastify route with the usage recorder, over the same route without.',
  ),
  import_ms_vs_auth0: lowerUnjudged('Time to import and build the guard, over express-oauth2-jwt-bearer.'),
  warm_growth_1k_to_1m: atMost(3, 'Time per warm check at 1,000,000 remembered tokens, over 1,000.'),
  bytes_per_cached_token: atMost(1500, 'Memory of one remembered token.'),
  scopes_growth_1_to_1000: atMost(1.5, 'Time per warm check at 1,000 scopes, over 1.'),
  routes_growth_10_to_2000: atMost(1.1, 'Time per warm check at 2,000 guarded routes, over 10.'),
  issuers_growth_1_to_10000: atMost(1.3, 'Time per warm check at 10,000 issuers, over 1.'),
  issuers_growth_cold_1_to_10000: lowerUnjudged('Time per token never seen at 10,000 issuers, over 1.'),
}
