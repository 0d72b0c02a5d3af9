import { describe, expect, test } from 'vitest'
import { costRatio, median, speedRatio, summary } from '../src/measure/metric.ts'

/** Nanoseconds per operation. */
const ROUNDS = [
  { ours: 100, other: 250 },
  { ours: 200, other: 400 },
  { ours: 100, other: 300 },
]

describe('the ratio of two sides', () => {
  test('of speed is how many times as fast ours is: the median of the rounds, not the ratio of two medians', () => {
    expect(speedRatio(ROUNDS, 'ours', 'other')).toEqual({ value: 2.5, spread: [2, 3], unit: 'ratio' })
  })

  test('of cost is how many times as long the first one takes', () => {
    expect(costRatio(ROUNDS, 'other', 'ours')).toEqual({ value: 2.5, spread: [2, 3], unit: 'ratio' })
  })

  test('goes under 1 where ours is slower', () => {
    expect(speedRatio([{ ours: 200, other: 100 }], 'ours', 'other').value).toBe(0.5)
  })
})

describe('a summary', () => {
  test('has the median and both ends, in whatever order the values came', () => {
    expect(summary([9, 1, 50], 'bytes')).toEqual({ value: 9, spread: [1, 50], unit: 'bytes' })
  })

  test.each([
    [[7], 7],
    [[1, 9], 5],
    [[3, 1, 2], 2],
    [[10, 2, 1, 4], 3],
    [[10, 9, 100], 10],
  ])('the median of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  test('leaves the values in the order in which they were', () => {
    const values = [3, 1, 2]
    median(values)
    summary(values)
    expect(values).toEqual([3, 1, 2])
  })
})
