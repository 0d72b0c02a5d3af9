import { parentPort, Worker, workerData } from 'node:worker_threads'

/** In milliseconds, the same for all threads. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/**
 * Calls `onTime` soon after each of these times, once for all that have passed. A thread of its own sleeps until then:
 * timers are too coarse, and an event loop that never sleeps takes a core, so that on two of them the server has to wait for
 * everything else that the machine does (p99 without a flood: 8 ms instead of 3).
 * @param times in order, by `sharedNow`
 */
export async function pace(times: Float64Array, onTime: () => void): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: times,
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  })
  worker.on('message', onTime)
  await new Promise<void>((resolve, reject) => worker.once('error', reject).once('exit', () => resolve()))
}

if (workerData instanceof Float64Array) {
  const never = new Int32Array(new SharedArrayBuffer(4))
  let told = 0
  for (const time of workerData) {
    if (time <= told) continue
    const rest = time - sharedNow()
    if (rest > 0) Atomics.wait(never, 0, 0, rest)
    told = sharedNow()
    parentPort?.postMessage(null)
  }
}
