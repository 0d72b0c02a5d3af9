import { speedRatio } from '../measure/metric.ts'
import { measureRounds } from '../measure/rounds.ts'
import type { Suite } from './suite.ts'

/** A token that has been verified before. */
export const warm: Suite = async ({ fixtures, rounds }) => {
  const measured = await measureRounds(
    { ours: { module: 'warm-ours' }, floor: { module: 'warm-floor' }, fastJwt: { module: 'warm-fast-jwt' } },
    fixtures,
    rounds,
  )
  return {
    metrics: {
      warm_vs_fast_jwt_cached: speedRatio(measured, 'ours', 'fastJwt'),
      warm_vs_floor: speedRatio(measured, 'ours', 'floor'),
    },
  }
}
