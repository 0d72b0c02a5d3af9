import { describe, expect, test } from 'vitest'
import { parseVocabulary } from '../../src/options/vocabulary.ts'
import { misuseOf } from '../support/refusals.ts'

const misuse = (scopes: unknown) => misuseOf(() => parseVocabulary(scopes))
const invalid = (message: string) => ({ code: 'option_invalid', message })

test('scopes keep their order, and what they imply is known transitively', () => {
  const { descriptions, implied } = parseVocabulary({
    admin: { description: 'Everything', implies: ['write', 'audit'] },
    write: { description: 'Write', implies: ['read'] },
    read: 'Read',
    audit: { description: 'Audit' },
  })
  expect([...descriptions]).toEqual([
    ['admin', 'Everything'],
    ['write', 'Write'],
    ['read', 'Read'],
    ['audit', 'Audit'],
  ])
  expect(implied.get('admin')).toEqual(['write', 'read', 'audit'])
  expect(implied.get('write')).toEqual(['read'])
  expect(implied.has('read')).toBe(false)
  expect(implied.has('audit')).toBe(false)
})

test('two ways to the same narrower scope are no cycle', () => {
  const { implied } = parseVocabulary({
    a: { description: 'A', implies: ['b', 'c'] },
    b: { description: 'B', implies: ['d'] },
    c: { description: 'C', implies: ['d'] },
    d: 'D',
  })
  expect(implied.get('a')).toEqual(['b', 'd', 'c'])
})

test('an API that requires no scopes says so with an empty vocabulary', () => {
  expect(parseVocabulary({}).descriptions.size).toBe(0)
})

describe('a name follows the grammar of a scope (RFC 6749 section 3.3)', () => {
  test.each(['!', '#', '[', ']', '~', 'orders:read', 'https://api.example.com/orders.read', 'constructor', '1'])(
    '%j is a scope',
    name => {
      expect([...parseVocabulary({ [name]: 'A scope' }).descriptions.keys()]).toEqual([name])
    },
  )

  test.each(['', ' ', 'a b', 'a"b', 'a\\b', 'a\tb', 'a\n', 'ä', '\x7f', '\ud83d\ude00'])('%j is none', name => {
    expect(misuse({ honest: 'Honest', [name]: 'A scope' })).toEqual(
      invalid(
        `Option "scopes": ${JSON.stringify(name)} is not a scope name. Use printable ASCII without space, quote and backslash (RFC 6749 section 3.3).`,
      ),
    )
  })
})

describe('definitions', () => {
  const description = 'Option "scopes": "read" needs a description for people.'
  const shape = 'Option "scopes": "read" must be a description or { description, implies }.'
  const implies = 'Option "scopes": "implies" of "read" must be an array of scope names.'
  test.each<[unknown, string]>([
    ['', description],
    ['  ', description],
    [{}, description],
    [{ description: '' }, description],
    [{ description: 1 }, description],
    [{ implies: [] }, description],
    [undefined, shape],
    [null, shape],
    [1, shape],
    [['Read'], shape],
    [{ description: 'Read', implies: 'write' }, implies],
    [{ description: 'Read', implies: [1] }, implies],
    [{ description: 'Read', implies: null }, implies],
    [{ description: 'Read', implies: { 0: 'write' } }, implies],
  ])('%j is refused', (definition, message) => {
    expect(parseVocabulary({ read: 'Read' }).descriptions.get('read')).toBe('Read')
    expect(misuse({ read: definition, write: 'Write' })).toEqual(invalid(message))
  })

  test('an unknown member throws and names the nearest one', () => {
    expect(misuse({ read: { description: 'Read', implied: ['write'] }, write: 'Write' })).toEqual({
      code: 'option_unknown',
      message: 'scopes["read"] has no option "implied". Did you mean "implies"?',
    })
  })

  test.each<[unknown]>([[['read']], ['read'], [null], [1]])('a vocabulary that is %j is refused', scopes => {
    expect(misuse(scopes)).toEqual(invalid('Option "scopes" must be an object of scope name to description.'))
  })
})

describe('implies', () => {
  test('a scope that is not declared is refused', () => {
    expect(misuse({ write: { description: 'Write', implies: ['raed'] }, read: 'Read' })).toEqual(
      invalid('Option "scopes": "write" implies "raed", which is not declared. Add it, or correct the name.'),
    )
  })

  test('a name of Object.prototype is not declared by being there', () => {
    expect(misuse({ write: { description: 'Write', implies: ['constructor'] } }).code).toBe('option_invalid')
  })

  test('a scope that implies itself is refused', () => {
    expect(misuse({ write: { description: 'Write', implies: ['write'] } })).toEqual({
      code: 'option_conflict',
      message:
        'Option "scopes": "write" implies itself through "write". Scopes that imply each other are one scope: keep one.',
    })
  })

  test('a longer cycle is refused, also where it does not start at the first scope', () => {
    const scopes = {
      admin: { description: 'Admin', implies: ['a'] },
      a: { description: 'A', implies: ['b'] },
      b: { description: 'B', implies: ['c'] },
      c: { description: 'C', implies: ['a'] },
    }
    expect(misuse(scopes)).toEqual({
      code: 'option_conflict',
      message: 'Option "scopes": "a" implies itself through "c". Scopes that imply each other are one scope: keep one.',
    })
  })
})
