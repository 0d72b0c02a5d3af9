import { refuseUnknownNames } from './options.ts'

/** How far to move a test clock; the parts add up, fractions are allowed, negative amounts go back. */
export interface Duration {
  readonly seconds?: number
  readonly minutes?: number
  readonly hours?: number
  readonly days?: number
}

/**
 * A clock that stands still until it is moved. Call it for the time in milliseconds since the epoch, as `Date.now`.
 * Pass the same clock to the test issuer and, through `issuer.options`, to what is tested.
 * It does NOT change `Date`, timers or anything else in the process.
 */
export interface TestClock {
  (): number
  /** Moves the time on, or back. @throws TypeError for an unknown unit or an amount that is not a finite number */
  advance(by: Duration): void
  /** Moves the time there. @throws TypeError where `to` is not a time */
  set(to: string | Date | number): void
}

const MILLISECONDS: Readonly<Record<keyof Duration, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
}
const UNITS = { seconds: true, minutes: true, hours: true, days: true } as const

/**
 * A clock that stands still until it is moved, for the issuer and what is tested.
 * @param start ISO 8601 text, a `Date`, or milliseconds since the epoch. Default: 2026-01-01T00:00:00Z, so that a part
 * that was not given the clock fails at once and always.
 * @throws TypeError where `start` is not a time
 */
export function testClock(start: string | Date | number = '2026-01-01T00:00:00Z'): TestClock {
  let now = toMilliseconds(start)
  const clock = (): number => now
  const advance = (by: Duration): void => {
    now += durationMilliseconds(by)
  }
  const set = (to: string | Date | number): void => {
    now = toMilliseconds(to)
  }
  return Object.assign(clock, { advance, set })
}

function durationMilliseconds(by: Duration): number {
  refuseUnknownNames(by, UNITS, 'clock.advance')
  let total = 0
  for (const [unit, amount] of Object.entries(by) as [keyof Duration, unknown][]) {
    if (typeof amount !== 'number' || !Number.isFinite(amount)) {
      throw new TypeError(`clock.advance: "${unit}" must be a finite number`)
    }
    total += amount * MILLISECONDS[unit]
  }
  return total
}

function toMilliseconds(time: string | Date | number): number {
  const milliseconds = new Date(time).getTime()
  if (!Number.isNaN(milliseconds)) return milliseconds
  throw new TypeError('testClock: the time must be ISO 8601 text, a valid Date, or milliseconds since the epoch')
}
