import { answerParent } from '../measure/answer-parent.ts'
import { readFixtures } from '../tokens/fixtures.ts'
import { runClosedLoad } from './closed-load.ts'
import { headersOf } from './credentials.ts'
import type { LoadOrder } from './load-order.ts'
import { runPacedLoad } from './paced-load.ts'

/** The process of the load generator. */
const genuine = readFixtures(process.argv[2] as string).tokens.RS256.tokens

answerParent('ready', async question => {
  const order = question as LoadOrder
  const headers = order.streams.map(({ credentials }) => headersOf(credentials, genuine, order.url))
  // Only the young: a full collection also drops compiled code, and the window would begin with compiling it again.
  globalThis.gc?.({ type: 'minor' })
  const isPaced = order.streams.some(stream => stream.requestsPerSecond !== undefined)
  const responses = await (isPaced ? runPacedLoad : runClosedLoad)(order, headers)
  return responses.map(stream => stream.result())
})
