import { describe, expect, test } from 'vitest'
import { readAuthorizationDetails } from '../../src/claims/authorization-details.ts'
import { type JsonValue, parseJsonObject } from '../../src/shared/json.ts'
import { refusalOf } from '../support/refusals.ts'

/** As a token brings it. */
function fromToken(details: unknown): JsonValue | undefined {
  return parseJsonObject(Buffer.from(JSON.stringify({ details })))?.details
}

describe('authorization_details is an array of objects with a type (RFC 9396 sections 2 and 9.1)', () => {
  test.each<[string, unknown]>([
    ['none', undefined],
    ['an empty array', []],
    ['only a type', [{ type: 'payment' }]],
    [
      'all common members, and others',
      [
        {
          type: 'payment',
          locations: ['https://api.example.com'],
          actions: [],
          datatypes: ['contacts'],
          identifier: '',
          privileges: ['admin'],
          instructedAmount: { currency: 'EUR', amount: '123.50' },
          remittance: null,
        },
        { type: 'account' },
      ],
    ],
    ['one type twice', [{ type: 'payment' }, { type: 'payment' }]],
  ])('accepted: %s', (_, details) => {
    expect(readAuthorizationDetails(fromToken(details))).toEqual(details ?? [])
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['a string', '[{"type":"payment"}]'],
    ['an object', { type: 'payment' }],
    ['a number', 1],
    ['a string in the array', ['payment']],
    ['null in the array', [null]],
    ['an array in the array', [[{ type: 'payment' }]]],
    ['a good one beside something else', [{ type: 'payment' }, true]],
    ['no type', [{}]],
    ['an empty type', [{ type: '' }]],
    ['a type that is a number', [{ type: 1 }]],
    ['a type that is a list', [{ type: ['payment'] }]],
    ['a type that stands in the prototype', [JSON.parse('{"__proto__":{"type":"payment"}}')]],
    ['actions as a string', [{ type: 'payment', actions: 'initiate' }]],
    ['actions with a number', [{ type: 'payment', actions: ['initiate', 1] }]],
    ['actions null', [{ type: 'payment', actions: null }]],
    ['actions as an object', [{ type: 'payment', actions: { 0: 'initiate', length: 1 } }]],
    ['locations as a string', [{ type: 'payment', locations: 'https://api.example.com' }]],
    ['datatypes as a number', [{ type: 'payment', datatypes: 1 }]],
    ['privileges with a list', [{ type: 'payment', privileges: [['admin']] }]],
    ['an identifier that is a number', [{ type: 'payment', identifier: 1 }]],
    ['an identifier that is null', [{ type: 'payment', identifier: null }]],
    ['an identifier that is a list', [{ type: 'payment', identifier: ['a1'] }]],
  ])('refused: %s', (_, details) => {
    expect(readAuthorizationDetails(fromToken([{ type: 'payment' }]))).toHaveLength(1)
    expect(refusalOf(() => readAuthorizationDetails(fromToken(details)))).toEqual({
      code: 'claim_invalid',
      detail: { claim: 'authorization_details' },
    })
  })
})
