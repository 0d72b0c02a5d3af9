import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { RequestHeaders } from './credentials.ts'
import type { LoadOrder } from './load-order.ts'
import { PacedStream } from './paced-stream.ts'
import { pace, sharedNow } from './pacer.ts'
import type { Responses } from './responses.ts'

/** Until the thread that keeps the time is there. */
const START_MS = 80

/** How long the last requests may wait for their answer. */
const PATIENCE_MS = 5000

/**
 * Sends requests when a schedule says so, whether or not earlier ones were answered. Autocannon is no help here: what it
 * calls a rate is a burst at the beginning of each second.
 */
export async function runPacedLoad(
  { url, streams, seconds }: LoadOrder,
  headers: readonly (readonly RequestHeaders[])[],
): Promise<Responses[]> {
  const begin = sharedNow() + START_MS
  const paced = await Promise.all(
    streams.map((stream, index) => {
      const times = randomTimes(begin, seconds * 1000, stream.requestsPerSecond as number)
      return PacedStream.open(url, stream, headers[index] as readonly RequestHeaders[], times)
    }),
  )
  await pace(Float64Array.from(paced.flatMap(stream => stream.times)).sort(), () => {
    for (const stream of paced) stream.sendDue()
  })
  const deadline = performance.now() + PATIENCE_MS
  while (paced.some(stream => stream.isWaiting)) {
    if (performance.now() > deadline) throw new Error('Requests got no response.')
    await turnOfLoop()
  }
  return paced.map(stream => stream.close())
}

/** As requests of many clients come that know nothing of each other: a Poisson process. */
function randomTimes(begin: number, milliseconds: number, perSecond: number): number[] {
  const times: number[] = []
  const nextAfter = (time: number) => time - Math.log(1 - Math.random()) * (1000 / perSecond)
  for (let time = nextAfter(begin); time < begin + milliseconds; time = nextAfter(time)) times.push(time)
  return times
}
