import { describe, expect, test } from 'vitest'
import { RefreshSchedule } from '../../src/issuer/refresh-schedule.ts'

const T0 = 1_800_000_000_000
const at = (seconds: number) => T0 + seconds * 1000
const schedule = (options: { cooldown?: number; stale?: number } = {}) =>
  new RefreshSchedule({
    refreshCooldownSeconds: options.cooldown ?? 5,
    staleIfErrorSeconds: options.stale ?? 3600,
    fetchTimeoutSeconds: 5,
  })

/** A key set that was fetched at T0 and is fresh for 600 seconds. */
function fetched(options: { cooldown?: number; stale?: number } = {}, freshSeconds = 600): RefreshSchedule {
  const made = schedule(options)
  made.succeeded(T0, freshSeconds)
  return made
}

test('before the first fetch nothing is usable, nothing is due, and a fetch is allowed', () => {
  const made = schedule()
  expect([made.isUsable(T0), made.isDue(T0), made.mayFetch(T0), made.failures]).toEqual([false, false, true, 0])
  expect(made.retryAfterSeconds(T0)).toBe(1)
})

test('keys are usable while fresh and no longer', () => {
  const made = fetched()
  expect([0, 1, 599.999, 600, 601].map(seconds => made.isUsable(at(seconds)))).toEqual([true, true, true, false, false])
})

test('a refresh that no request waits for is due at 80 % of the freshness', () => {
  const made = fetched()
  expect([0, 479.999, 480, 599, 700].map(seconds => made.isDue(at(seconds)))).toEqual([false, false, true, true, true])
})

describe('stale-if-error: only a failed fetch makes old keys last longer (RFC 5861 section 4)', () => {
  test('without a failure they end with their freshness', () => {
    expect(fetched().isUsable(at(600))).toBe(false)
  })

  test('after a failure they serve for staleIfErrorSeconds more', () => {
    const usableAfterFailureAt = (seconds: number): boolean => {
      const made = fetched()
      made.failed(at(seconds))
      return made.isUsable(at(seconds))
    }
    expect([600, 4199.999, 4200, 5000].map(usableAfterFailureAt)).toEqual([true, true, false, false])
  })

  test('a failure of long ago says nothing: the next request has to find out', () => {
    const made = fetched()
    made.failed(at(590))
    // 120 seconds of back-off and 15 of fetching after the failure.
    expect([made.isUsable(at(725)), made.isUsable(at(726)), made.mayFetch(at(726))]).toEqual([true, false, true])
    made.failed(at(726))
    expect(made.isUsable(at(726))).toBe(true)
  })

  test('more failures do not prolong it', () => {
    const made = fetched()
    for (let seconds = 590; seconds < 4200; seconds += 60) made.failed(at(seconds))
    expect([made.isUsable(at(4199)), made.isUsable(at(4200))]).toEqual([true, false])
  })

  test('a success ends it', () => {
    const made = fetched()
    made.failed(at(590))
    made.succeeded(at(700), 60)
    expect([made.failures, made.isUsable(at(759)), made.isUsable(at(760))]).toEqual([0, true, false])
  })

  test('0 turns it off', () => {
    const made = fetched({ stale: 0 })
    made.failed(at(590))
    expect([made.isUsable(at(599)), made.isUsable(at(600))]).toEqual([true, false])
  })

  test('failures before the first success make nothing usable', () => {
    const made = schedule()
    made.failed(T0)
    expect(made.isUsable(T0)).toBe(false)
  })
})

test('after a success the next fetch waits for the cool-down', () => {
  const made = fetched()
  expect([0, 4.999, 5, 6].map(seconds => made.mayFetch(at(seconds)))).toEqual([false, false, true, true])
})

test('a cool-down that is longer than the freshness does not let the keys run out', () => {
  const made = fetched({ cooldown: 300 }, 60)
  expect([47.999, 48].map(seconds => made.mayFetch(at(seconds)))).toEqual([false, true])
})

test('tells since when and until when nothing is due; 0 before the first fetch', () => {
  expect([schedule().fetchedAt, schedule().dueAt]).toEqual([0, 0])
  expect([fetched().fetchedAt, fetched().dueAt]).toEqual([T0, at(480)])
})

describe('back-off after failures', () => {
  test('starts at the cool-down and doubles up to a minute: 5, 10, 20, 40, 60, 60', () => {
    const made = schedule()
    let now = T0
    for (const wait of [5, 10, 20, 40, 60, 60]) {
      made.failed(now)
      expect(made.retryAfterSeconds(now)).toBe(wait)
      expect([made.mayFetch(now + wait * 1000 - 1), made.mayFetch(now + wait * 1000)]).toEqual([false, true])
      now += wait * 1000
    }
  })

  test('never falls below a cool-down that is longer than a minute', () => {
    const made = schedule({ cooldown: 300 })
    for (let i = 0; i < 3; i++) {
      made.failed(T0)
      expect(made.retryAfterSeconds(T0)).toBe(300)
    }
  })

  test('does not overflow after any number of failures', () => {
    const made = schedule()
    for (let i = 0; i < 5000; i++) made.failed(T0)
    expect(made.retryAfterSeconds(T0)).toBe(60)
    expect(made.mayFetch(at(60))).toBe(true)
  })

  test('a success starts it over', () => {
    const made = schedule()
    for (let i = 0; i < 5; i++) made.failed(T0)
    made.succeeded(at(60), 600)
    made.failed(at(100))
    expect(made.retryAfterSeconds(at(100))).toBe(5)
  })
})

test('Retry-After counts down in whole seconds and is at least 1 (RFC 9110 section 10.2.3)', () => {
  const made = schedule()
  made.failed(T0)
  expect([0, 0.5, 1, 3.2, 4.5, 5, 100].map(seconds => made.retryAfterSeconds(at(seconds)))).toEqual([
    5, 5, 4, 2, 1, 1, 1,
  ])
})

describe('a clock that steps', () => {
  test('back: the keys are due at once and never fresh for longer', () => {
    const made = fetched()
    expect([made.isUsable(at(-1)), made.isDue(at(-1)), made.mayFetch(at(-1))]).toEqual([false, true, true])
    expect(made.isUsable(at(599))).toBe(true)
  })

  test('back while fetching fails: the next request finds out, and then the keys serve on', () => {
    const made = fetched()
    made.failed(at(590))
    expect([made.isUsable(at(-3600)), made.mayFetch(at(-3600))]).toEqual([false, true])
    made.failed(at(-3600))
    expect(made.isUsable(at(-3600))).toBe(true)
    expect(made.retryAfterSeconds(at(-3600))).toBe(10)
  })

  test('forward: the keys are stale at once', () => {
    const made = fetched()
    expect([made.isUsable(at(86_400)), made.isDue(at(86_400)), made.mayFetch(at(86_400))]).toEqual([false, true, true])
  })

  test('keys of the configuration are fresh for ever, and usable again after one refresh where the clock stepped back', () => {
    const made = fetched({}, Number.POSITIVE_INFINITY)
    expect([made.isUsable(at(1e9)), made.isDue(at(1e9))]).toEqual([true, false])
    expect([made.isUsable(at(-1)), made.mayFetch(at(-1))]).toEqual([false, true])
    made.succeeded(at(-1), Number.POSITIVE_INFINITY)
    expect([made.isUsable(at(-1)), made.isDue(at(-1))]).toEqual([true, false])
  })
})

describe('a clock that yields NaN', () => {
  test.each([
    ['after a success', fetched()],
    [
      'after a failure',
      (() => {
        const made = fetched()
        made.failed(at(590))
        return made
      })(),
    ],
  ])('makes nothing usable: %s', (_name, made) => {
    expect(made.isUsable(Number.NaN)).toBe(false)
  })

  test('still gives a Retry-After that is a number', () => {
    const made = fetched()
    made.failed(at(590))
    expect(made.retryAfterSeconds(Number.NaN)).toBeGreaterThanOrEqual(1)
    made.failed(Number.NaN)
    expect(made.retryAfterSeconds(at(600))).toBeGreaterThanOrEqual(1)
  })
})
