import { describe, expect, test } from 'vitest'
import { allOf, anyOf, authenticated, satisfies, service, user } from '../../src/access/expression.ts'
import { misuseOf } from '../support/refusals.ts'

test('the constructors make frozen plain data that tools can read', () => {
  const predicate = () => true
  const expression = allOf('a', anyOf(service, 'b'), satisfies('own tenant', predicate))
  expect(expression).toEqual({
    kind: 'allOf',
    parts: [
      'a',
      { kind: 'anyOf', parts: [{ kind: 'service' }, 'b'] },
      { kind: 'satisfies', name: 'own tenant', predicate },
    ],
  })
  for (const value of [
    expression,
    (expression as { parts: unknown }).parts,
    service,
    user,
    authenticated,
    anyOf('a'),
    satisfies('x', predicate),
  ]) {
    expect(Object.isFrozen(value)).toBe(true)
  }
})

test('the list of parts is copied', () => {
  const parts = ['a', 'b']
  const expression = allOf(...parts)
  parts.push('c')
  expect(expression).toEqual({ kind: 'allOf', parts: ['a', 'b'] })
})

describe('a requirement that demands nothing is a mistake at once', () => {
  test.each([
    ['allOf', allOf],
    ['anyOf', anyOf],
  ])('%s()', (name, combine) => {
    expect(combine('a')).toBeDefined()
    expect(misuseOf(() => combine())).toEqual({
      code: 'requirement_empty',
      message: `${name}() demands nothing. Name a scope, or use \`authenticated\`.`,
    })
  })
})

describe('satisfies() needs a name and a function', () => {
  test.each<[unknown, unknown]>([
    ['', () => true],
    [undefined, () => true],
    [() => true, undefined],
    ['own tenant', undefined],
    ['own tenant', true],
    ['own tenant', Promise.resolve(true)],
  ])('%s, %s', (name, predicate) => {
    expect(satisfies('own tenant', () => true)).toBeDefined()
    expect(misuseOf(() => satisfies(name as string, predicate as () => boolean))).toEqual({
      code: 'requirement_invalid',
      message: "satisfies() needs a name and a function, for example satisfies('own tenant', (access, request) => …).",
    })
  })
})
