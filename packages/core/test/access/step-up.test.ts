import { describe, expect, test } from 'vitest'
import type { Access } from '../../src/access/access.ts'
import { allOf, anyOf, type Requirement, type StepUp, service, stepUp } from '../../src/access/expression.ts'
import { meetsStepUp, stepUpsOf, stepUpText } from '../../src/access/step-up.ts'
import { misuseOf } from '../support/refusals.ts'
import { NOW } from '../support/tokens.ts'

const CLOCK = { clock: () => NOW * 1000, clockToleranceSeconds: 0 }

function meets(claims: Readonly<Record<string, unknown>>, required: StepUp, clock = CLOCK): boolean {
  return meetsStepUp({ claims } as unknown as Access, required, clock)
}

describe('acr must be one of the values, to the letter (RFC 9470 section 6.1)', () => {
  test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['the only value', { acr: 'phr' }, true],
    ['another one of the values', { acr: 'phrh' }, true],
    ['none', {}, false],
    ['another value', { acr: '0' }, false],
    ['in upper case', { acr: 'PHR' }, false],
    ['a longer one that begins alike', { acr: 'phr2' }, false],
    ['several in one string', { acr: 'phr phrh' }, false],
    ['a list', { acr: ['phr'] }, false],
    ['a number', { acr: 2 }, false],
    ['null', { acr: null }, false],
    ['empty', { acr: '' }, false],
  ])('%s', (_, claims, met) => {
    expect(meets(claims, { acrValues: ['phr', 'phrh'] })).toBe(met)
  })

  test('never what every object has', () => {
    expect(meets({ acr: 'phr' }, { acrValues: ['phr'] })).toBe(true)
    const inherited = Object.create({ acr: 'phr', auth_time: NOW })
    expect(meets(inherited, { acrValues: ['phr'] })).toBe(false)
    expect(meets(inherited, { maxAgeSeconds: 300 })).toBe(false)
  })
})

describe('auth_time must be young enough (RFC 9470 section 6.1)', () => {
  test.each<[string, unknown, boolean]>([
    ['now', NOW, true],
    ['a fraction of a second ago', NOW - 0.5, true],
    ['exactly the age', NOW - 300, true],
    ['a millisecond too old', NOW - 300.001, false],
    ['a second too old', NOW - 301, false],
    ['in the future', NOW + 1, false],
    ['milliseconds', NOW * 1000, false],
    ['zero', 0, false],
    ['negative', -NOW, false],
    ['a string', String(NOW), false],
    ['null', null, false],
    ['a list', [NOW], false],
    ['none', undefined, false],
  ])('%s', (_, auth_time, met) => {
    expect(meets({ auth_time }, { maxAgeSeconds: 300 })).toBe(met)
  })

  test('the clock tolerance counts in both directions', () => {
    const tolerant = { ...CLOCK, clockToleranceSeconds: 5 }
    for (const [auth_time, met] of [
      [NOW - 305, true],
      [NOW - 305.001, false],
      [NOW + 5, true],
      [NOW + 5.001, false],
    ] as const) {
      expect(meets({ auth_time }, { maxAgeSeconds: 300 }, tolerant)).toBe(met)
    }
  })

  test('maxAgeSeconds: 0 takes a sign-in of this moment alone', () => {
    expect(meets({ auth_time: NOW }, { maxAgeSeconds: 0 })).toBe(true)
    expect(meets({ auth_time: NOW - 1 }, { maxAgeSeconds: 0 })).toBe(false)
  })
})

/** A list whose last element is missing: `every` and `some` pass over it. */
function holed(...values: readonly string[]): string[] {
  const list = [...values]
  list.length += 1
  return list
}

test('where both are asked for, both must hold', () => {
  const both = { acrValues: ['phr'], maxAgeSeconds: 300 }
  expect(meets({ acr: 'phr', auth_time: NOW }, both)).toBe(true)
  expect(meets({ acr: 'phr', auth_time: NOW - 301 }, both)).toBe(false)
  expect(meets({ acr: '0', auth_time: NOW }, both)).toBe(false)
  expect(meets({ acr: 'phr' }, both)).toBe(false)
  expect(meets({ auth_time: NOW }, both)).toBe(false)
})

describe('stepUp() refuses at construction', () => {
  const values = 'stepUp(): "acrValues" must be a non-empty array of strings without space, quote and backslash.'
  const age = 'stepUp(): "maxAgeSeconds" must be a whole number of seconds from 0.'
  const nothing = 'stepUp() demands nothing. Name acrValues, maxAgeSeconds or both.'

  test.each<[string, unknown, string, string]>([
    ['nothing', {}, 'requirement_empty', nothing],
    ['two that are undefined', { acrValues: undefined, maxAgeSeconds: undefined }, 'requirement_empty', nothing],
    ['no values', { acrValues: [] }, 'requirement_invalid', values],
    ['no values beside an age', { acrValues: [], maxAgeSeconds: 300 }, 'requirement_invalid', values],
    ['a list with a hole and nothing else', { acrValues: new Array(1) }, 'requirement_invalid', values],
    ['a list with a hole', { acrValues: holed('phr') }, 'requirement_invalid', values],
    ['values as one string', { acrValues: 'phr' }, 'requirement_invalid', values],
    ['an empty value', { acrValues: [''] }, 'requirement_invalid', values],
    ['a value with a space', { acrValues: ['phr phrh'] }, 'requirement_invalid', values],
    ['a value with a space after a good one', { acrValues: ['phr', 'ph rh'] }, 'requirement_invalid', values],
    ['a value with a quote', { acrValues: ['phr", x="'] }, 'requirement_invalid', values],
    ['a value with a backslash', { acrValues: ['a\\b'] }, 'requirement_invalid', values],
    ['a value with a line break', { acrValues: ['a\r\nb'] }, 'requirement_invalid', values],
    ['a value beyond ASCII', { acrValues: ['größer'] }, 'requirement_invalid', values],
    ['a value that is a number', { acrValues: [2] }, 'requirement_invalid', values],
    ['null values', { acrValues: null, maxAgeSeconds: 300 }, 'requirement_invalid', values],
    ['a negative age', { maxAgeSeconds: -1 }, 'requirement_invalid', age],
    ['a fraction', { maxAgeSeconds: 0.5 }, 'requirement_invalid', age],
    ['a string', { maxAgeSeconds: '300' }, 'requirement_invalid', age],
    ['NaN', { maxAgeSeconds: Number.NaN }, 'requirement_invalid', age],
    ['infinity', { maxAgeSeconds: Number.POSITIVE_INFINITY }, 'requirement_invalid', age],
    ['a number that is not exact', { maxAgeSeconds: 2 ** 53 }, 'requirement_invalid', age],
    ['null', { maxAgeSeconds: null }, 'requirement_invalid', age],
    [
      'the name of the protocol',
      { max_age: 300 },
      'requirement_invalid',
      'stepUp() has no member "max_age". Known: acrValues, maxAgeSeconds.',
    ],
    [
      'a misspelt name beside a good one',
      { acrValues: ['phr'], maxAge: 300 },
      'requirement_invalid',
      'stepUp() has no member "maxAge". Known: acrValues, maxAgeSeconds.',
    ],
  ])('%s', (_, given, code, message) => {
    expect(stepUp({ acrValues: ['phr'], maxAgeSeconds: 0 })).toBeDefined()
    expect(misuseOf(() => stepUp(given as StepUp))).toEqual({ code, message })
  })
})

test.each([[undefined], [null], ['phr'], [7], [['phr']], [() => ({})]])(
  'stepUp(%j) is a mistake that says what is needed',
  given => {
    expect(stepUp({ maxAgeSeconds: 0 })).toBeDefined()
    expect(misuseOf(() => stepUp(given as never))).toEqual({
      code: 'requirement_invalid',
      message: 'stepUp() needs an object.',
    })
  },
)

test('stepUp() makes frozen plain data and copies the values', () => {
  const acrValues = ['phr']
  const expression = stepUp({ acrValues, maxAgeSeconds: 300 }) as { kind: string; stepUp: StepUp }
  acrValues.push('0')
  expect(expression).toEqual({ kind: 'stepUp', stepUp: { acrValues: ['phr'], maxAgeSeconds: 300 } })
  for (const value of [expression, expression.stepUp, expression.stepUp.acrValues]) {
    expect(Object.isFrozen(value)).toBe(true)
  }
})

describe('the sign-ins that a route asks for', () => {
  const RECENT = { maxAgeSeconds: 300 }
  const STRONG = { acrValues: ['phr'] }
  const shared = stepUp(RECENT)

  test.each<[string, Requirement, readonly StepUp[]]>([
    ['none', 'items:read', []],
    ['none in an expression', allOf('items:read', service), []],
    ['alone', stepUp(RECENT), [RECENT]],
    ['beside a scope', allOf('items:read', stepUp(RECENT)), [RECENT]],
    ['in an alternative', anyOf(service, allOf('items:read', stepUp(RECENT))), [RECENT]],
    ['both of two alternatives, in the order written', anyOf(stepUp(STRONG), stepUp(RECENT)), [STRONG, RECENT]],
    [
      'one of each way through',
      anyOf(allOf('items:read', stepUp(RECENT)), allOf(service, stepUp(STRONG))),
      [RECENT, STRONG],
    ],
    ['the same expression twice, once', anyOf(allOf('items:read', shared), allOf(service, shared)), [RECENT]],
  ])('%s', (_, requirement, expected) => {
    expect(stepUpsOf(requirement).map(expression => expression.stepUp)).toEqual(expected)
  })

  test.each<[string, Requirement]>([
    ['side by side', allOf(stepUp(STRONG), stepUp(RECENT))],
    ['one inside', allOf(stepUp(STRONG), allOf('items:read', stepUp(RECENT)))],
    ['each in alternatives', allOf(anyOf('items:read', stepUp(STRONG)), anyOf(service, stepUp(RECENT)))],
  ])('two at once are a mistake: %s', (_, requirement) => {
    expect(misuseOf(() => stepUpsOf(requirement))).toEqual({
      code: 'requirement_invalid',
      message: 'A requirement demands two sign-ins at once. Write one stepUp({ acrValues, maxAgeSeconds }).',
    })
  })
})

test.each<[StepUp, string]>([
  [{ acrValues: ['phr', 'phrh'] }, 'stepUp(acr phr phrh)'],
  [{ maxAgeSeconds: 0 }, 'stepUp(age 0 s)'],
  [{ acrValues: ['phr'], maxAgeSeconds: 300 }, 'stepUp(acr phr, age 300 s)'],
])('the canonical text of %j is %s', (required, text) => {
  expect(stepUpText(required)).toBe(text)
})
