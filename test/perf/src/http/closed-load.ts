import autocannon from 'autocannon'
import type { RequestHeaders } from './credentials.ts'
import type { LoadOrder } from './load-order.ts'
import { Responses } from './responses.ts'

/** How often autocannon looks whether the time is over. */
const SAMPLE_MS = 20

/**
 * Connections that send their next request as soon as they have an answer. Each walks through a part of its stream's
 * requests of its own: given all of them, autocannon starts every connection with the same one, and all stay in step.
 */
export async function runClosedLoad(
  { url, streams, seconds }: LoadOrder,
  headers: readonly (readonly RequestHeaders[])[],
): Promise<Responses[]> {
  const responses = streams.map(stream => new Responses(stream.expectedStatuses))
  const clients = streams.flatMap(({ connections }, stream) => {
    const parts = split(headers[stream] as readonly RequestHeaders[], connections)
    return parts.map(part => ({ responses: responses[stream] as Responses, part }))
  })
  const amounts = streams.flatMap(({ credentials }) => (credentials.kind === 'dpop' ? [credentials.amount] : []))
  const setUp = clients.values()
  const { errors } = await autocannon({
    url,
    connections: clients.length,
    sampleInt: SAMPLE_MS,
    ...(amounts[0] === undefined ? { duration: seconds } : { amount: amounts[0] }),
    setupClient(client) {
      const { part, responses } = setUp.next().value as (typeof clients)[number]
      client.setRequests(part.map(headers => ({ headers })))
      client.on('response', (status, _bytes, latencyMs) => responses.add(status, latencyMs))
    },
  })
  if (errors > 0) throw new Error(`${errors} requests got no response.`)
  return responses
}

function split<T>(items: readonly T[], parts: number): readonly T[][] {
  const from = (part: number) => Math.floor((part * items.length) / parts)
  return Array.from({ length: parts }, (_, part) => items.slice(from(part), from(part + 1)))
}
