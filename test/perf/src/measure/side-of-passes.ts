import type { Side } from './side.ts'
import type { Begin } from './time-serial.ts'

/** What one pass needs. It is made off the clock. */
export interface Pass<T> {
  readonly requests: readonly T[]
  readonly begin: Begin<T>
}

/** @returns nanoseconds for all requests together */
export type TimeRequests = <T>(requests: readonly T[], begin: Begin<T>) => Promise<number>

/**
 * A service runs for days, so what its first seconds cost is not asked. After some six thousand requests, two passes here and
 * the round that does not count, code is compiled as far as it will be.
 */
const WARM_UP_PASSES = 2

/** A side that measures a number of passes, each prepared anew. It is warm when this resolves. */
export async function sideOfPasses<T>(
  passes: number,
  time: TimeRequests,
  preparePass: () => Promise<Pass<T>>,
  warmUpPasses: number = WARM_UP_PASSES,
): Promise<Side> {
  const timePasses = async (count: number): Promise<number> => {
    let nanoseconds = 0
    let requestCount = 0
    for (let pass = 0; pass < count; pass++) {
      const { requests, begin } = await preparePass()
      nanoseconds += await time(requests, begin)
      requestCount += requests.length
    }
    return nanoseconds / requestCount
  }
  await timePasses(warmUpPasses)
  return { measure: () => timePasses(passes) }
}
