import type { TimeRequests } from '../measure/side-of-passes.ts'
import { timeConcurrent } from '../measure/time-concurrent.ts'
import { timeSerial } from '../measure/time-serial.ts'
import type { AlgorithmName } from '../tokens/fixtures.ts'

/**
 * With many in flight V8 finds out late that it was wrong: between 14,000 and 26,000 requests our side takes up to twice as long,
 * then as little as before for good. A service is past that within a minute, so all sides are.
 */
const CONCURRENT_WARM_UP_PASSES = 14

/** How a cold side is driven. As a text: `serial RS256`, `concurrent ES256 3`; the number says how many passes. */
export interface ColdVariant {
  readonly isSerial: boolean
  readonly algorithm: AlgorithmName
  readonly passes: number
  readonly warmUpPasses: number | undefined
  readonly time: TimeRequests
}

export function readColdVariant(variant: string): ColdVariant {
  const [driving, algorithm, passes = '1'] = variant.split(' ')
  const isSerial = driving === 'serial'
  return {
    isSerial,
    algorithm: algorithm as AlgorithmName,
    passes: Number(passes),
    warmUpPasses: isSerial ? undefined : CONCURRENT_WARM_UP_PASSES,
    time: isSerial ? timeSerial : timeConcurrent,
  }
}
