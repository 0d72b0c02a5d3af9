import type { TimeRequests } from '../measure/side-of-passes.ts'
import { timeConcurrent } from '../measure/time-concurrent.ts'
import { timeSerial } from '../measure/time-serial.ts'
import type { AlgorithmName } from '../tokens/fixtures.ts'

/** How a cold side is driven. As a text: `serial RS256`, `concurrent ES256 3`; the number says how many passes. */
export interface ColdVariant {
  readonly isSerial: boolean
  readonly algorithm: AlgorithmName
  readonly passes: number
  readonly time: TimeRequests
}

export function readColdVariant(variant: string): ColdVariant {
  const [driving, algorithm, passes = '1'] = variant.split(' ')
  const isSerial = driving === 'serial'
  return {
    isSerial,
    algorithm: algorithm as AlgorithmName,
    passes: Number(passes),
    time: isSerial ? timeSerial : timeConcurrent,
  }
}
