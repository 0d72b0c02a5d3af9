import { expect, test } from 'vitest'
import { parseOptions, UsageError } from '../src/report/options.ts'
import { secondHalf, slopePerMinute } from '../src/report/slope.ts'

test('the slope is that of the line through the samples, per minute', () => {
  const samples = [0, 5, 10, 15].map(seconds => ({ seconds, value: 1000 + 10 * seconds }))
  expect(slopePerMinute(samples)).toBeCloseTo(600)
  expect(slopePerMinute(samples.map(({ seconds }) => ({ seconds, value: 7 })))).toBeCloseTo(0)
  expect(slopePerMinute([])).toBeNaN()
})

test('what grows in the first half alone is no leak', () => {
  const samples = [0, 10, 20, 30, 40].map(seconds => ({ seconds, value: Math.min(seconds, 20) }))
  expect(slopePerMinute(samples)).toBeGreaterThan(20)
  expect(slopePerMinute(secondHalf(samples))).toBe(0)
})

test('options that mean nothing are refused with what may stand there', () => {
  expect(parseOptions(['--minutes', '10', '--plant', 'timer'])).toMatchObject({ minutes: 10, mistakes: ['timer'] })
  expect(parseOptions(['--help'])).toBe('help')
  for (const args of [['--minutes', '0'], ['--minutes', ''], ['--plant', 'rust'], ['--seconds', '5'], ['10']]) {
    expect(() => parseOptions(args)).toThrow(UsageError)
  }
})
