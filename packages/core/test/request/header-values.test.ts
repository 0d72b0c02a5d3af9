import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DUPLICATED, singleHeaderValue } from '../../src/request/header-values.ts'
import { presentToken } from '../../src/request/present-token.ts'
import type { HeaderSource } from '../../src/request/resource-request.ts'
import { refusalOf } from '../support/refusals.ts'

const valueIn = (headers: HeaderSource) => singleHeaderValue(headers, 'authorization')
const present = (headers: HeaderSource) => presentToken({ method: 'GET', url: '/', headers }, ['Bearer'])

describe('the one value is found in every form of headers, whatever the case of its name (RFC 9110 section 5.1)', () => {
  test.each<[string, HeaderSource]>([
    ['flat, as sent', ['Host', 'api', 'Authorization', 'Bearer a', 'Accept', '*/*']],
    ['flat, lower case', ['authorization', 'Bearer a']],
    ['flat, upper case', ['AUTHORIZATION', 'Bearer a']],
    ['record', { authorization: 'Bearer a', host: 'api' }],
    ['record, upper case', { AUTHORIZATION: 'Bearer a' }],
    ['record with a list of one', { authorization: ['Bearer a'] }],
    [
      'record beside an undefined and an empty one',
      { Authorization: undefined, AUTHORIZATION: [], authorization: 'Bearer a' },
    ],
    ['record without a prototype', Object.assign(Object.create(null), { authorization: 'Bearer a' })],
    ['record that has a header named get', { get: 'x', authorization: 'Bearer a' }],
    ['Headers', new Headers({ Authorization: 'Bearer a' })],
  ])('%s', (_name, headers) => {
    expect(valueIn(headers)).toBe('Bearer a')
    expect(present(headers)).toEqual({ scheme: 'Bearer', token: 'a' })
  })
})

describe('a header that was not sent is undefined, and no credentials are not bad ones', () => {
  test.each<[string, HeaderSource]>([
    ['flat', ['Host', 'api', 'X-Authorization', 'Bearer a', 'Proxy-Authorization', 'Bearer a']],
    ['flat, where a value reads like the name', ['X', 'authorization', 'Bearer a', 'Y']],
    ['flat, cut off', ['Authorization']],
    ['flat, empty', []],
    ['record', { host: 'api' }],
    ['record, undefined', { authorization: undefined }],
    ['record, empty list', { authorization: [] }],
    ['record, on the prototype', Object.create({ authorization: 'Bearer a' })],
    ['Headers', new Headers()],
  ])('%s', (_name, headers) => {
    expect(valueIn(headers)).toBeUndefined()
    expect(present(headers)).toBeUndefined()
  })
})

describe('HTTP1: two Authorization headers are authorization_duplicated (RFC 9110 section 5.3)', () => {
  test.each<[string, HeaderSource]>([
    ['flat', ['Authorization', 'Bearer a', 'Authorization', 'Bearer b']],
    ['flat, equal values', ['Authorization', 'Bearer a', 'Authorization', 'Bearer a']],
    ['flat, in different case', ['Authorization', 'Bearer a', 'authorization', 'Bearer b']],
    ['flat, the first one empty', ['Authorization', '', 'Authorization', 'Bearer b']],
    ['flat, three', ['Authorization', 'Bearer a', 'AUTHORIZATION', 'Basic b', 'authorization', 'Bearer c']],
    ['record, list of two', { authorization: ['Bearer a', 'Bearer b'] }],
    ['record, names in different case', { Authorization: 'Bearer a', authorization: 'Bearer b' }],
    ['record, a list and a string', { Authorization: ['Bearer a'], authorization: 'Bearer b' }],
  ])('%s', (_name, headers) => {
    expect(present(['Authorization', 'Bearer a'])).toEqual({ scheme: 'Bearer', token: 'a' })
    expect(valueIn(headers)).toBe(DUPLICATED)
    expect(refusalOf(() => present(headers)).code).toBe('authorization_duplicated')
  })

  test('Headers joins two values, and the comma is outside the grammar of a token (RFC 9110 section 5.2)', () => {
    const headers = new Headers()
    headers.append('Authorization', 'Bearer a')
    headers.append('Authorization', 'Bearer b')
    expect(valueIn(headers)).toBe('Bearer a, Bearer b')
  })
})

describe('a name that only looks like the one asked for is another header (RFC 9110 section 5.6.2)', () => {
  test.each([
    ['a letter with the same low byte', '\u0161uthorization', 'authorization'],
    ['a letter that becomes ASCII in lower case', 'x-to\u212aen', 'x-token'],
    ['a control character where the hyphen is', 'x\rforwarded\rhost', 'x-forwarded-host'],
    ['a control character where a digit is', 'x-\u0011', 'x-1'],
    ['a name as long', 'authorizatiom', 'authorization'],
  ])('%s', (_name, sent, asked) => {
    expect(singleHeaderValue([asked.toUpperCase(), 'a', sent, 'b'], asked)).toBe('a')
    expect(singleHeaderValue({ [asked.toUpperCase()]: 'a', [sent]: 'b' }, asked)).toBe('a')
    expect(singleHeaderValue([sent, 'b'], asked)).toBeUndefined()
    expect(singleHeaderValue({ [sent]: 'b' }, asked)).toBeUndefined()
  })
})

test('a token in the query is not looked at (OAuth 2.1 section 5.1)', () => {
  expect(presentToken({ method: 'GET', url: '/?access_token=a', headers: [] }, ['Bearer', 'DPoP'])).toBeUndefined()
})

test('for any list of headers the three forms agree', () => {
  const name = fc.constantFrom('Authorization', 'authorization', 'AUTHORIZATION', 'Host', 'X-Authorization')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.constantFrom('Bearer a', 'Bearer b', 'x')), { maxLength: 5 }), pairs => {
      const sent = pairs.filter(([key]) => key.toLowerCase() === 'authorization').map(([, value]) => value)
      const expected = sent.length > 1 ? DUPLICATED : sent[0]
      const record: Record<string, string[]> = {}
      for (const [key, value] of pairs) record[key] = [...(record[key] ?? []), value]
      expect(valueIn(pairs.flat())).toBe(expected)
      expect(valueIn(record)).toBe(expected)
      expect(valueIn(new Headers(pairs))).toBe(sent.length === 0 ? undefined : sent.join(', '))
    }),
  )
})

describe('Node keeps a thousand headers or so, and the next one is lost: then nobody can say that one was sent but once', () => {
  const sentWith = (others: number): HeaderSource => [
    'Authorization',
    'Bearer a',
    ...Array.from({ length: others }, (_, i) => [`X-${i}`, '']).flat(),
  ]

  test('999 are read, and 1,000 are as good as two', () => {
    expect(valueIn(sentWith(998))).toBe('Bearer a')
    expect(valueIn(sentWith(999))).toBe(DUPLICATED)
    expect(refusalOf(() => present(sentWith(999))).code).toBe('authorization_duplicated')
  })
})
