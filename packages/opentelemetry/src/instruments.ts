import type { BatchObservableCallback, BatchObservableResult, Counter, Histogram, Meter } from '@opentelemetry/api'
import type { KeySetState, KeySetStates } from './key-set-states.ts'

/** What is written to. Names, units and attributes are part of this package's contract. */
export interface Instruments {
  readonly requests: Counter
  readonly duration: Histogram
  readonly keySetFetches: Counter
  /** Ends what the meter asks for by itself. */
  stopObserving(): void
}

/** From a token that is remembered, a few microseconds, to one that waits for the issuer until the deadline. */
const SECONDS_BUCKETS = [0.000_005, 0.000_02, 0.000_1, 0.000_5, 0.002, 0.01, 0.05, 0.25, 1, 5]

export function createInstruments(
  meter: Meter,
  keySets: KeySetStates,
  redisAvailable: ReadonlyMap<string, boolean>,
): Instruments {
  const requests = meter.createCounter('scopeward.requests', {
    unit: '{request}',
    description: 'Requests to guarded routes, by outcome, code, issuer and route.',
  })
  const duration = meter.createHistogram('scopeward.verification.duration', {
    unit: 's',
    description: 'Time of a check, waiting for keys, introspection and stores included.',
    advice: { explicitBucketBoundaries: SECONDS_BUCKETS },
  })
  const keySetFetches = meter.createCounter('scopeward.key_set.fetches', {
    unit: '{fetch}',
    description: 'Fetches of key sets that ended, by issuer and outcome.',
  })
  const stops = [observeKeySets(meter, keySets), observeRedis(meter, redisAvailable)]
  return {
    requests,
    duration,
    keySetFetches,
    stopObserving: () => {
      for (const stop of stops) stop()
    },
  }
}

function observeKeySets(meter: Meter, keySets: KeySetStates): () => void {
  const gauge = (name: string, unit: string, description: string) =>
    meter.createObservableGauge(`scopeward.key_set.${name}`, { unit, description })
  const age = gauge('age', 's', 'Since the keys of the issuer were fetched last.')
  const freshness = gauge('freshness', 's', 'How long its keys hold without being fetched again.')
  const keys = gauge('keys', '{key}', 'Usable keys at the last fetch.')
  const ignoredKeys = gauge(
    'ignored_keys',
    '{key}',
    'Keys that were left aside at the last fetch: weak, private, malformed.',
  )
  const failures = gauge('consecutive_failures', '{fetch}', 'Fetches that failed since the last one that did not.')
  const observe = (result: BatchObservableResult, issuer: string, state: KeySetState): void => {
    const attributes = { 'scopeward.issuer': issuer }
    result.observe(failures, state.failures, attributes)
    if (state.fetched === undefined) return
    const { atMilliseconds, freshSeconds } = state.fetched
    result.observe(keys, state.fetched.keys, attributes)
    result.observe(ignoredKeys, state.fetched.ignoredKeys, attributes)
    // Keys out of the configuration do not age.
    if (freshSeconds === Number.POSITIVE_INFINITY) return
    result.observe(age, (performance.now() - atMilliseconds) / 1000, attributes)
    result.observe(freshness, freshSeconds, attributes)
  }
  const observeAll: BatchObservableCallback = result => {
    for (const [issuer, state] of keySets.entries()) observe(result, issuer, state)
  }
  const gauges = [age, freshness, keys, ignoredKeys, failures]
  meter.addBatchObservableCallback(observeAll, gauges)
  return () => meter.removeBatchObservableCallback(observeAll, gauges)
}

function observeRedis(meter: Meter, redisAvailable: ReadonlyMap<string, boolean>): () => void {
  const gauge = meter.createObservableGauge('scopeward.redis.available', {
    unit: '{store}',
    description: 'Whether Redis serves the replay store or the revocation list: 1 or 0.',
  })
  const observe: BatchObservableCallback = result => {
    for (const [part, isAvailable] of redisAvailable) {
      result.observe(gauge, isAvailable ? 1 : 0, { 'scopeward.redis.part': part })
    }
  }
  meter.addBatchObservableCallback(observe, [gauge])
  return () => meter.removeBatchObservableCallback(observe, [gauge])
}
