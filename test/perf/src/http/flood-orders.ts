import type { ForgedKind, LoadOrder, Stream } from './load-order.ts'

const CONNECTIONS = 16

/**
 * Requests per second, valid and forged ones each, as a part of what the server answers when it is asked without a pause.
 * Requests that come one by one cost twice as much as those that one turn of the event loop finds together, so that with a
 * tenth of each the server is busy for about 65 % of the time, with a fifth for 83 %, and two fifths are more than it can do.
 */
export const PACED_LOAD = 0.1
export const BUSY_LOAD = 0.2

/** Long, because one stall of the machine is all of the slowest hundredth of a short window. */
const PACED_SECONDS = 0.8
const SATURATED_SECONDS = 0.4

/**
 * What valid requests meet: `PACED_LOAD`, `BUSY_LOAD`, and `saturated`, where everyone asks again as soon as there is an
 * answer.
 */
export type Situation =
  | 'alone'
  | 'unknownKid'
  | 'knownKid'
  | 'busy'
  | 'busyUnknownKid'
  | 'saturated'
  | 'saturatedUnknownKid'

/** @param capacity valid requests per second that the server answers when it is asked without a pause */
export function floodOrders(url: string, capacity: number): Readonly<Record<Situation, LoadOrder>> {
  const valid: Stream = { connections: CONNECTIONS, credentials: { kind: 'valid' }, expectedStatuses: [200] }
  const paced = (load: number, kind?: ForgedKind): LoadOrder => {
    const requestsPerSecond = capacity * load
    const streams = kind === undefined ? [valid] : [valid, forged(kind, requestsPerSecond * PACED_SECONDS)]
    return { url, seconds: PACED_SECONDS, streams: streams.map(stream => ({ ...stream, requestsPerSecond })) }
  }
  const saturated = (...streams: readonly Stream[]) => ({ url, seconds: SATURATED_SECONDS, streams })
  return {
    alone: paced(PACED_LOAD),
    unknownKid: paced(PACED_LOAD, 'forged-unknown-kid'),
    knownKid: paced(PACED_LOAD, 'forged-known-kid'),
    busy: paced(BUSY_LOAD),
    busyUnknownKid: paced(BUSY_LOAD, 'forged-unknown-kid'),
    saturated: saturated({ ...valid, connections: CONNECTIONS * 2 }),
    saturatedUnknownKid: saturated(valid, forged('forged-unknown-kid', (capacity / 2) * SATURATED_SECONDS)),
  }
}

/**
 * Makes a fifth more tokens than are expected to be sent: none is to come twice. 503 is the answer where more signatures wait
 * to be checked than the server wants to have waiting.
 */
function forged(kind: ForgedKind, expected: number): Stream {
  const credentials = { kind, amount: Math.ceil(expected * 1.2) }
  return { connections: CONNECTIONS, credentials, expectedStatuses: kind === 'forged-known-kid' ? [401, 503] : [401] }
}
