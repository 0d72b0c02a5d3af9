import { expect, test } from 'vitest'
import { UsageError } from '../../command-line/dist/flags.js'
import { parseOptions } from '../src/report/options.ts'
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

test('without a seed there is one that no two runs share; a given one is taken as it is', () => {
  expect(parseOptions([])).toEqual({ minutes: 1, seed: expect.any(Number), json: undefined, mistakes: [] })
  expect(parseOptions([])).not.toEqual(parseOptions([]))
  expect(parseOptions(['--seed', '7'])).toMatchObject({ seed: 7 })
  expect(() => parseOptions(['--seed', '1.5'])).toThrow(UsageError)
})

test('options that mean nothing are refused with what may stand there', () => {
  expect(parseOptions(['--minutes', '10', '--plant', 'timer'])).toMatchObject({ minutes: 10, mistakes: ['timer'] })
  expect(parseOptions(['--help'])).toBe('help')
  for (const args of [['--minutes', '0'], ['--minutes', ''], ['--plant', 'rust'], ['--seconds', '5'], ['10']]) {
    expect(() => parseOptions(args)).toThrow(UsageError)
  }
})
