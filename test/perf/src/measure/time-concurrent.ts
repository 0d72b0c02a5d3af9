import type { Begin } from './time-serial.ts'

const IN_FLIGHT = 64

/**
 * Times requests of which 64 are under way at any time: the next one begins when one is done. What answers at once is asked
 * for the next one in the same turn, which is the fastest way to drive it.
 * @returns nanoseconds for all requests together
 */
export function timeConcurrent<T>(requests: readonly T[], begin: Begin<T>): Promise<number> {
  return new Promise(resolve => {
    let next = 0
    let loops = IN_FLIGHT
    const loop = (): void => {
      while (next < requests.length) if (!begin(requests[next++] as T, loop)) return
      loops--
      if (loops === 0) resolve(Number(process.hrtime.bigint() - begun))
    }
    const begun = process.hrtime.bigint()
    for (let started = 0; started < IN_FLIGHT; started++) loop()
  })
}
