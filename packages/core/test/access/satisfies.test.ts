import { describe, expect, test } from 'vitest'
import { compileRequirement } from '../../src/access/compile-requirement.ts'
import { allOf, anyOf, type Predicate, satisfies, service, user } from '../../src/access/expression.ts'
import { accessWith } from '../support/callers.ts'
import { misuseOf } from '../support/refusals.ts'
import { nextTurn } from '../support/signatures.ts'
import { stageOptions } from '../support/verified.ts'

const ACCESS = accessWith(['controls:read'])
const ask = (predicate: unknown, source?: unknown) =>
  compileRequirement(satisfies('own tenant', predicate as Predicate), stageOptions()).isSatisfiedBy(ACCESS, source)

test('the predicate is asked with the access and the request, and its answer decides', () => {
  const seen: unknown[] = []
  const request = { tenant: 'a' }
  const predicate = (...received: unknown[]) => {
    seen.push(...received)
    return (received[1] as typeof request).tenant === 'a'
  }
  expect(ask(predicate, request)).toBe(true)
  expect(ask(predicate, { tenant: 'b' })).toBe(false)
  expect(seen.slice(0, 2)).toEqual([ACCESS, request])
  expect(seen[1]).toBe(request)
})

describe('only a boolean is an answer: what is truthy by mistake lets nobody in', () => {
  test.each<[string, unknown, string]>([
    ['a promise', Promise.resolve(true), 'a promise'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['1', 1, '1'],
    ['a text', 'true', '"true"'],
    ['an object', { granted: true }, 'an object'],
    ['a list', [true], 'an array'],
    ['a function', () => true, 'a function'],
  ])('%s', (_name, result, shown) => {
    expect(ask(() => true)).toBe(true)
    expect(misuseOf(() => ask(() => result))).toEqual({
      code: 'requirement_invalid',
      message: `satisfies("own tenant") returned ${shown}. Return true or false at once; what has to be waited for belongs in the handler.`,
    })
  })
})

test('a promise that is rejected later does not end the process on top', async () => {
  const unhandled: unknown[] = []
  const record = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', record)
  try {
    expect(misuseOf(() => ask(() => Promise.reject(new Error('down')))).code).toBe('requirement_invalid')
    await nextTurn()
  } finally {
    process.off('unhandledRejection', record)
  }
  expect(unhandled).toEqual([])
})

test('what the predicate throws is thrown on as it is', () => {
  const error = new Error('database is down')
  expect(() =>
    ask(() => {
      throw error
    }),
  ).toThrow(error)
})

test('a predicate is not asked where the parts before it have decided', () => {
  const asked: string[] = []
  const predicate = (name: string) => satisfies(name, () => asked.push(name) > 0)
  const context = stageOptions()
  expect(compileRequirement(allOf(user, predicate('after false')), context).isSatisfiedBy(ACCESS, undefined)).toBe(
    false,
  )
  expect(compileRequirement(anyOf(service, predicate('after true')), context).isSatisfiedBy(ACCESS, undefined)).toBe(
    true,
  )
  expect(asked).toEqual([])
})
