import { setTimeout as pause } from 'node:timers/promises'

/** Polls what has no event. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMilliseconds = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMilliseconds
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMilliseconds} ms: ${what}`)
    await pause(10)
  }
}
