import { summary } from '../measure/metric.ts'
import { measureRounds } from '../measure/rounds.ts'
import type { Suite } from './suite.ts'

const TOKENS = 100_000
/** Fills the same share of a hash table, whose size is a power of two; what is there but once weighs four times as much. */
const QUICK_TOKENS = 25_000
/** It is the same each time to within 1 %. */
const MOST_ROUNDS = 5

/** What each remembered token takes. */
export const memory: Suite = async ({ quick, fixtures, rounds }) => {
  const variant = String(quick ? QUICK_TOKENS : TOKENS)
  const plan = { module: 'memory-entries', variant, nodeOptions: ['--expose-gc'] }
  const measured = await measureRounds({ ours: plan }, fixtures, Math.min(rounds, MOST_ROUNDS))
  const bytes = measured.map(({ ours }) => ours)
  return { metrics: { bytes_per_cached_token: summary(bytes, 'bytes') } }
}
