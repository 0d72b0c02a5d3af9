import { speedRatio } from '../measure/metric.ts'
import { measureRounds } from '../measure/rounds.ts'
import type { Suite } from './suite.ts'

/** A proof of possession with every request. */
export const dpop: Suite = async ({ fixtures, quick, rounds }) => {
  const variant = quick ? '1' : '3'
  const plans = { ours: { module: 'dpop-ours', variant }, floor: { module: 'dpop-floor', variant } }
  const measured = await measureRounds(plans, fixtures, rounds)
  return { metrics: { dpop_vs_floor: speedRatio(measured, 'ours', 'floor') } }
}
