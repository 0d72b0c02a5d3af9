import { describe, expect, test } from 'vitest'
import type { Access } from '../../src/access/access.ts'
import type { RequiredDetail } from '../../src/access/expression.ts'
import { hasDetail } from '../../src/access/required-detail.ts'

describe('what is required must stand in one element, to the letter (RFC 9396 section 12)', () => {
  const held = [
    { type: 'payment', actions: ['initiate', 'status'], locations: ['https://a.example'], identifier: 'a1' },
    { type: 'payment', actions: ['cancel'], locations: ['https://b.example'], privileges: ['admin'] },
    { type: 'account', datatypes: ['balance'] },
    { type: 'constructor' },
  ]
  const access = { authorizationDetails: held } as unknown as Access

  test.each<[string, RequiredDetail, boolean]>([
    ['the type', { type: 'payment' }, true],
    ['another type', { type: 'transfer' }, false],
    ['the type in upper case', { type: 'PAYMENT' }, false],
    ['the beginning of a type', { type: 'pay' }, false],
    ['one action', { type: 'payment', actions: ['status'] }, true],
    ['both actions of one element, in another order', { type: 'payment', actions: ['status', 'initiate'] }, true],
    ['one action twice', { type: 'payment', actions: ['cancel', 'cancel'] }, true],
    ['actions of two elements', { type: 'payment', actions: ['initiate', 'cancel'] }, false],
    ['an action in upper case', { type: 'payment', actions: ['Initiate'] }, false],
    ['an action of another type', { type: 'account', actions: ['initiate'] }, false],
    [
      'action and location of one element',
      { type: 'payment', actions: ['cancel'], locations: ['https://b.example'] },
      true,
    ],
    ['action and location of two', { type: 'payment', actions: ['cancel'], locations: ['https://a.example'] }, false],
    ['a location with a slash more', { type: 'payment', locations: ['https://a.example/'] }, false],
    ['the identifier', { type: 'payment', identifier: 'a1' }, true],
    ['the identifier of another element', { type: 'payment', identifier: 'a1', actions: ['cancel'] }, false],
    ['the beginning of the identifier', { type: 'payment', identifier: 'a' }, false],
    ['a data type', { type: 'account', datatypes: ['balance'] }, true],
    ['a privilege', { type: 'payment', privileges: ['admin'] }, true],
    ['a list that the element does not have', { type: 'account', privileges: ['admin'] }, false],
    ['a type with the name of a property', { type: 'constructor' }, true],
    ['a list where the element has none, by the name of a method', { type: 'constructor', actions: ['at'] }, false],
  ])('%s', (_, required, met) => {
    expect(hasDetail(access, required)).toBe(met)
  })

  test('without authorization_details nothing is met', () => {
    expect(hasDetail({ authorizationDetails: [] } as unknown as Access, { type: 'payment' })).toBe(false)
  })
})
