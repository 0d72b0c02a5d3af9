import { describe, expect, test } from 'vitest'
import { Nonces } from '../../../src/sender/dpop/nonces.ts'
import { NOW, settableClock } from '../../support/tokens.ts'

const SECRET = Buffer.alloc(32, 'a')
const OTHER = Buffer.alloc(32, 'b')
const ROTATE = 300
/** The beginning of a span. */
const START = NOW - (NOW % ROTATE)

function process(secrets: readonly Uint8Array[], seconds = START): { clock: { seconds: number }; nonces: Nonces } {
  const clock = settableClock(seconds)
  return { clock, nonces: new Nonces({ secrets, rotateSeconds: ROTATE }, clock.read) }
}

test('a nonce has the characters that it may have, and 256 bits (RFC 9449 section 8.1)', () => {
  const { nonces } = process([SECRET])
  expect(nonces.current).toMatch(/^[A-Za-z0-9_-]{43}$/)
})

test('it is the same for a span of time, and another one in the next', () => {
  const { clock, nonces } = process([SECRET])
  const first = nonces.current
  clock.seconds = START + ROTATE - 0.001
  expect(nonces.current).toBe(first)
  clock.seconds = START + ROTATE
  expect(nonces.current).not.toBe(first)
})

test('every process with the secret hands out the same one, without any state that they share', () => {
  expect(process([SECRET]).nonces.current).toBe(process([Buffer.from(SECRET)], START + 10).nonces.current)
})

test('nobody without the secret knows the next one: no two secrets agree', () => {
  expect(process([SECRET]).nonces.current).not.toBe(process([OTHER]).nonces.current)
})

describe('for how long a nonce is good', () => {
  const { nonces } = process([SECRET])
  const nonce = nonces.current
  test.each<[string, number, boolean]>([
    ['in its span', 0, true],
    ['at the end of its span', ROTATE - 0.001, true],
    ['in the next one', ROTATE, true],
    ['at the end of the next one', 2 * ROTATE - 0.001, true],
    ['after that', 2 * ROTATE, false],
    ['much later', 100 * ROTATE, false],
    ['for a process whose clock is behind', -1, true],
    ['for a process whose clock is a span behind', -ROTATE, true],
    ['for one that is further behind', -ROTATE - 0.001, false],
  ])('%s', (_name, offset, good) => {
    const later = process([SECRET], START + offset).nonces.lifeOf(nonce)
    expect(later).toEqual(good ? { from: START * 1000, until: (START + 2 * ROTATE) * 1000 } : undefined)
  })

  test('one process agrees with others, wherever its clock has been', () => {
    const { clock, nonces: moving } = process([SECRET])
    for (const offset of [0, ROTATE, 5 * ROTATE, -3 * ROTATE, 0, 2 * ROTATE, -1]) {
      clock.seconds = START + offset
      expect([offset, moving.lifeOf(nonce) !== undefined]).toEqual([offset, offset >= -ROTATE && offset < 2 * ROTATE])
      expect(moving.current).toBe(process([SECRET], START + offset).nonces.current)
    }
  })
})

describe('what is not one of ours, to the letter (RFC 9449 section 8)', () => {
  const { nonces } = process([SECRET])
  const good = nonces.current
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 1],
    ['a list with a good one', [good]],
    ['one with padding', `${good}=`],
    ['one in other case', good.toUpperCase()],
    ['one cut short', good.slice(0, -1)],
    ['one of another secret', process([OTHER]).nonces.current],
    ['a name of the prototype', 'constructor'],
  ])('%s', (_name, nonce) => {
    expect(nonces.lifeOf(good)).toBeDefined()
    expect(nonces.lifeOf(nonce)).toBeUndefined()
  })
})

describe('what a client should use from now on', () => {
  const at = (span: number, secrets: readonly Uint8Array[] = [SECRET]) => process(secrets, START + span * ROTATE).nonces

  test.each<[string, string, boolean]>([
    ['the nonce of this span', at(0).current, false],
    ['that of the span before', at(-1).current, true],
    ['that of the next one, from a process whose clock is ahead: not an older one in its place', at(1).current, false],
    ['one that is good no more', at(-2).current, false],
    ['none of ours', 'other', false],
  ])('%s', (_name, used, isOlder) => {
    const nonces = at(0)
    expect(nonces.newerThan(used)).toBe(isOlder ? nonces.current : undefined)
  })

  test('that of the former secret is older than ours, also in its span', () => {
    const during = at(0, [OTHER, SECRET])
    expect(during.newerThan(at(0).current)).toBe(during.current)
    expect(during.newerThan(at(-1).current)).toBe(during.current)
  })

  test('nothing that is no text', () => {
    for (const used of [undefined, null, 1, {}]) expect(at(0).newerThan(used)).toBeUndefined()
  })
})

test('a secret is replaced without refusing anybody: the new one hands out, both are good, until the old one is dropped', () => {
  const before = process([SECRET]).nonces
  const during = process([OTHER, SECRET]).nonces
  const after = process([OTHER]).nonces
  expect(during.lifeOf(before.current)).toBeDefined()
  expect(during.current).toBe(after.current)
  expect(after.lifeOf(during.current)).toBeDefined()
  expect(after.lifeOf(before.current)).toBeUndefined()
})

test('a clock that tells no time makes nonces for nobody', () => {
  const { clock, nonces } = process([SECRET])
  const nonce = nonces.current
  clock.seconds = Number.NaN
  expect(nonces.lifeOf(nonce)).toBeUndefined()
})
