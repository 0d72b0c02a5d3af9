import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What is still in use after everything else was collected, in bytes. Once: in a test process it takes 50 ms. */
export async function usedHeap(): Promise<number> {
  await nextTurn() // promises that have just settled let go of what they hold
  collectGarbage()
  return process.memoryUsage().heapUsed
}
