import type { TestClock } from '@scopeward/testing'
import { expect } from 'vitest'
import type { Rig } from '../../outage/support.ts'

/** Twice the longest back-off. */
export const LONGEST_PAUSE_SECONDS = 120

/** Seconds, by the clock that is moved, until a token that was not seen before is accepted. */
export async function secondsUntilAccepted(token: string, ask: Rig['ask'], clock: TestClock): Promise<number> {
  for (let seconds = 0; ; seconds++) {
    expect(seconds, 'seconds without recovery').toBeLessThan(LONGEST_PAUSE_SECONDS)
    if ((await ask(token)) === 'granted') return seconds
    clock.advance({ seconds: 1 })
  }
}
