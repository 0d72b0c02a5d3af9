import type { Latency, LoadResult } from './load-order.ts'

/** After the first response: connections are still being opened, and requests waited for the others to be prepared. */
const SETTLING_MS = 50

/** The responses to one stream. */
export class Responses {
  readonly #expectedStatuses: readonly number[]
  readonly #latencies: number[] = []
  #begun = Number.NaN
  #first = 0
  #last = 0

  constructor(expectedStatuses: readonly number[]) {
    this.#expectedStatuses = expectedStatuses
  }

  /** @throws Error for any other status than those expected: what was refused by mistake is no throughput */
  add(status: number, latencyMs: number): void {
    if (!this.#expectedStatuses.includes(status)) throw new Error(`A response was ${status}.`)
    const now = performance.now()
    if (Number.isNaN(this.#begun)) this.#begun = now
    if (now < this.#begun + SETTLING_MS) return
    if (this.#latencies.length === 0) this.#first = now
    this.#last = now
    this.#latencies.push(latencyMs)
  }

  result(): LoadResult {
    const sorted = Float64Array.from(this.#latencies).sort()
    return {
      nanosecondsPerRequest: ((this.#last - this.#first) * 1e6) / (sorted.length - 1),
      seconds: (this.#last - this.#begun) / 1000,
      latency: percentiles(sorted),
    }
  }
}

function percentiles(sorted: Float64Array): Latency {
  const at = (part: number) => sorted[Math.floor(part * sorted.length)] as number
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999) }
}
