import { expect, test } from 'vitest'
import { createTestIssuer, testClock } from '../src/index.ts'

const NEW_YEAR = Date.UTC(2026, 0, 1)

test('stands still at 2026-01-01 until it is moved', () => {
  const clock = testClock()
  expect(clock()).toBe(NEW_YEAR)
  expect(clock()).toBe(NEW_YEAR)
})

test.each([
  ['ISO 8601 text', '2026-01-01T00:00:00Z'],
  ['a Date', new Date(NEW_YEAR)],
  ['milliseconds', NEW_YEAR],
])('starts and is set from %s', (_, time) => {
  expect(testClock(time)()).toBe(NEW_YEAR)
  const clock = testClock(0)
  clock.set(time)
  expect(clock()).toBe(NEW_YEAR)
})

test('advances by the sum of all units', () => {
  const clock = testClock(0)
  clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4.5 })
  expect(clock()).toBe(93_784_500)
  clock.advance({ seconds: -0.5 })
  expect(clock()).toBe(93_784_000)
})

test('refuses units that it does not know, amounts that are no numbers, and times that are none', () => {
  const clock = testClock()
  expect(() => clock.advance({ second: 1 } as never)).toThrow(
    'clock.advance: unknown option "second"; known are seconds, minutes, hours, days',
  )
  expect(() => clock.advance({ seconds: '1' } as never)).toThrow('"seconds" must be a finite number')
  expect(() => clock.advance({ seconds: Number.NaN })).toThrow('"seconds" must be a finite number')
  expect(() => testClock('yesterday')).toThrow(TypeError)
  expect(() => clock.set(Number.NaN)).toThrow(TypeError)
  expect(clock()).toBe(NEW_YEAR)
})

test('gives the issuer its time, and goes on to what is tested through issuer.options', async () => {
  const clock = testClock()
  await using issuer = await createTestIssuer({ clock, algorithm: 'ES256' })
  expect(issuer.options).toEqual({ issuer: issuer.issuer, allowHttpOnLoopback: true, clock })
  const payload = (await issuer.token()).split('.')[1] as string
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    iat: NEW_YEAR / 1000,
    exp: NEW_YEAR / 1000 + 300,
  })
})
