import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplayStore, type ReplayStoreOptions } from '../../../src/sender/dpop/replay-store.ts'
import { misuseOf } from '../../support/refusals.ts'
import { NOW, settableClock } from '../../support/tokens.ts'

const LIFE = 65

/** A store, its clock, and how to show it a proof that was made now. */
function storeAt(seconds: number, options: ReplayStoreOptions = {}) {
  const clock = settableClock(seconds)
  const store = createReplayStore({ clock: clock.read, ...options })
  const remember = (key: string, lifeSeconds = LIFE) =>
    store.remember({ key, issuedAt: clock.read(), expiresAt: clock.read() + lifeSeconds * 1000 })
  return { clock, store, remember }
}

test('a proof is new once, for as long as it lives (RFC 9449 section 11.1)', () => {
  const { clock, store, remember } = storeAt(NOW)
  const proof = { key: 'a', issuedAt: NOW * 1000, expiresAt: (NOW + LIFE) * 1000 }
  expect([store.remember(proof), store.remember(proof)]).toEqual([true, false])
  for (const later of [1, 30, 64, 64.999]) {
    clock.seconds = NOW + later
    expect([remember(`made after ${later}`), store.remember(proof)]).toEqual([true, false])
  }
})

test('the key alone counts: the same one with other times is the same proof', () => {
  const { store } = storeAt(NOW)
  expect(store.remember({ key: 'a', issuedAt: NOW * 1000, expiresAt: (NOW + 10) * 1000 })).toBe(true)
  expect(store.remember({ key: 'a', issuedAt: NOW * 1000 + 1, expiresAt: (NOW + 60) * 1000 })).toBe(false)
})

test('the answer is there at once, without a promise: of two callers in one turn one is first', () => {
  expect(storeAt(NOW).remember('a')).toBe(true)
})

describe('a full store lets nobody in and forgets nobody (fail closed)', () => {
  const FULL = 'the replay store is full'

  test('the one after the last throws, and those that are there are still known', () => {
    const { remember } = storeAt(NOW, { maxEntries: 100 })
    for (let i = 0; i < 100; i++) expect(remember(`proof ${i}`, 60 + (i % 5))).toBe(true)
    for (let i = 100; i < 200; i++) expect(() => remember(`proof ${i}`, 60 + (i % 9))).toThrow(FULL)
    for (let i = 0; i < 100; i++) expect(remember(`proof ${i}`)).toBe(false)
  })

  test('it takes new ones when others have expired, and only as many', () => {
    const { clock, remember } = storeAt(NOW, { maxEntries: 10 })
    for (let i = 0; i < 5; i++) remember(`short ${i}`, 10)
    for (let i = 0; i < 5; i++) remember(`long ${i}`, 100)
    clock.seconds = NOW + 9.999
    expect(() => remember('too early')).toThrow(FULL)
    clock.seconds = NOW + 10
    for (let i = 0; i < 5; i++) expect(remember(`next ${i}`)).toBe(true)
    expect(() => remember('one more')).toThrow(FULL)
    for (let i = 0; i < 5; i++) expect(remember(`long ${i}`)).toBe(false)
  })

  test('a flood that has passed leaves no trace', () => {
    const { clock, remember } = storeAt(NOW, { maxEntries: 1000 })
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 1000; i++) expect(remember(`${round} ${i}`)).toBe(true)
      expect(() => remember('one more')).toThrow(FULL)
      clock.seconds += LIFE + 1
    }
  })
})

describe('a clock that is set', () => {
  test('back: nothing is forgotten', () => {
    const { clock, store } = storeAt(NOW)
    const proof = { key: 'a', issuedAt: NOW * 1000, expiresAt: (NOW + LIFE) * 1000 }
    expect(store.remember(proof)).toBe(true)
    clock.seconds = NOW - 3600
    expect(store.remember(proof)).toBe(false)
  })

  test('forward and back again: what may have been forgotten meanwhile is not taken for new', () => {
    const { clock, store, remember } = storeAt(NOW)
    const proof = { key: 'a', issuedAt: NOW * 1000, expiresAt: (NOW + LIFE) * 1000 }
    expect(store.remember(proof)).toBe(true)
    clock.seconds = NOW + 3600
    expect(remember('in between')).toBe(true)
    clock.seconds = NOW
    expect(() => store.remember(proof)).toThrow(RangeError)
    expect(remember('made later', LIFE + 1)).toBe(true)
    expect(remember('in between')).toBe(false)
  })

  test('forward and back again, whichever of several was to be forgotten first', () => {
    for (const lives of [
      [10, 60],
      [60, 10],
    ]) {
      const { clock, store, remember } = storeAt(NOW)
      const proofs = lives.map(life => ({ key: `${life}`, issuedAt: NOW * 1000, expiresAt: (NOW + life) * 1000 }))
      expect(proofs.map(proof => store.remember(proof))).toEqual([true, true])
      clock.seconds = NOW + 3600
      remember('in between')
      clock.seconds = NOW
      for (const proof of proofs) expect(() => store.remember(proof)).toThrow(RangeError)
    }
  })
})

test('for any proofs and moves of a clock that does not step back: each key is new once while it lives, or 503', () => {
  const step = fc.record({
    key: fc.integer({ min: 0, max: 12 }).map(String),
    life: fc.double({ min: 0.001, max: 20, noNaN: true }),
    pause: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 15, noNaN: true })),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (steps, maxEntries) => {
      const { clock, store } = storeAt(NOW, { maxEntries })
      const alive = new Map<string, number>()
      for (const { key, life, pause } of steps) {
        clock.seconds += pause
        const now = clock.read()
        const expiresAt = now + life * 1000
        const isKnown = (alive.get(key) ?? 0) > now
        let answer: unknown
        try {
          answer = store.remember({ key, issuedAt: now, expiresAt })
        } catch (error) {
          answer = error
        }
        if (isKnown) expect(answer).not.toBe(true)
        if (answer === true) alive.set(key, expiresAt)
        // Full is only what holds as many that live, or expired within this second.
        if (answer instanceof RangeError) {
          const held = [...alive.values()].filter(until => Math.ceil(until / 1000) * 1000 > now)
          expect(held.length).toBeGreaterThanOrEqual(maxEntries)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('100,000 live proofs take less than 40 MB, and every one of them is known', async () => {
  const script = fileURLToPath(new URL('../../support/processes/replay-memory.mjs', import.meta.url))
  const [measured] = await once(fork(script, [], { execArgv: ['--expose-gc'] }), 'message')
  const { resident, heap, replayed } = measured as Record<'resident' | 'heap' | 'replayed', number>
  process.stdout.write(`100,000 live proofs: ${resident.toFixed(1)} MB resident, ${heap.toFixed(1)} MB of heap\n`)
  expect(replayed).toBe(100_000)
  expect(resident).toBeLessThan(40)
  expect(heap).toBeLessThan(40)
})

describe('options', () => {
  test.each<[unknown, string, string]>([
    [null, 'option_invalid', 'createReplayStore() takes an options object, or none.'],
    [[], 'option_invalid', 'createReplayStore() takes an options object, or none.'],
    [{ maxEntrys: 1 }, 'option_unknown', 'createReplayStore() has no option "maxEntrys". Did you mean "maxEntries"?'],
    [
      { maxEntries: 0 },
      'option_invalid',
      'Option "maxEntries" must be a whole number from 1 to 10000000 (default 500000), not 0.',
    ],
    [
      { maxEntries: 1.5 },
      'option_invalid',
      'Option "maxEntries" must be a whole number from 1 to 10000000 (default 500000), not 1.5.',
    ],
    [
      { maxEntries: '1' },
      'option_invalid',
      'Option "maxEntries" must be a whole number from 1 to 10000000 (default 500000), not "1".',
    ],
    [{ clock: NOW }, 'option_invalid', `Option "clock" must be a function, not ${NOW}.`],
  ])('%j', (options, code, message) => {
    expect(misuseOf(() => createReplayStore(options as never))).toEqual({ code, message })
  })

  test('none are needed', () => {
    const store = createReplayStore()
    const now = Date.now()
    expect(store.remember({ key: 'a', issuedAt: now, expiresAt: now + 1000 })).toBe(true)
  })
})
