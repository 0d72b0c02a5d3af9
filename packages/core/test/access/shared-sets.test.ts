import { describe, expect, test } from 'vitest'
import { SharedSets } from '../../src/access/shared-sets.ts'
import { parseVocabulary } from '../../src/options/vocabulary.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import { keys, type Members, mint, optionsFor, SCOPES } from '../support/tokens.ts'

const setsOf = (scopes: object = SCOPES) => SharedSets.of(parseVocabulary(scopes))

test('tokens with the same scopes share one set, and tokens with others do not', async () => {
  const key = await keys()
  const api = createResourceServer(optionsFor(key))
  const access = async (changes: Members) => api.verify(await mint(key, changes))
  const scope = 'controls:write imports:write'
  const [one, two, other] = [
    await access({ scope, jti: 'token-1' }),
    await access({ scope, jti: 'token-2', sub: 'someone', client_id: 'app' }),
    await access({ scope: 'controls:write' }),
  ]
  expect([...one.scopes]).toEqual(['controls:write', 'controls:read', 'imports:write'])
  expect(two).not.toBe(one)
  expect(two.subject).toBe('someone')
  expect(two.scopes).toBe(one.scopes)
  expect(other.scopes).not.toBe(one.scopes)
  expect([...other.scopes]).toEqual(['controls:write', 'controls:read'])
})

describe('scopes', () => {
  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['controls:read'], ['controls:read']],
    [['controls:write'], ['controls:write', 'controls:read']],
    [
      ['imports:write', 'controls:write'],
      ['imports:write', 'controls:write', 'controls:read'],
    ],
    [
      ['controls:write', 'imports:write'],
      ['controls:write', 'controls:read', 'imports:write'],
    ],
    [
      ['controls:read', 'controls:write'],
      ['controls:read', 'controls:write'],
    ],
    [['controls:read', 'controls:read'], ['controls:read']],
    [
      ['elsewhere', 'controls:write'],
      ['elsewhere', 'controls:write', 'controls:read'],
    ],
  ])('%j stand in their order, each followed by what it implies, none twice', (listed, expected) => {
    const sets = setsOf()
    for (const _again of [1, 2]) expect([...sets.scopes(listed)]).toEqual(expected)
    expect(sets.scopes([...listed])).toBe(sets.scopes(listed))
  })

  test('several scopes are not taken for the one that their names make together', () => {
    const sets = setsOf()
    expect(sets.scopes(['a', 'b']).has('ab')).toBe(false)
    expect([...sets.scopes(['ab'])]).toEqual(['ab'])
  })

  test('one order is not taken for another', () => {
    const sets = setsOf()
    expect([...sets.scopes(['a', 'b'])]).toEqual(['a', 'b'])
    expect([...sets.scopes(['b', 'a'])]).toEqual(['b', 'a'])
  })

  test('what one API says that a scope implies means nothing to another', () => {
    const [mine, theirs] = [setsOf(), setsOf({ 'controls:write': 'Change controls' })]
    expect([...mine.scopes(['controls:write'])]).toEqual(['controls:write', 'controls:read'])
    expect([...theirs.scopes(['controls:write'])]).toEqual(['controls:write'])
    expect(mine.scopes(['imports:write'])).not.toBe(theirs.scopes(['imports:write']))
  })

  test('of one vocabulary there is one place for sets', () => {
    const vocabulary = parseVocabulary(SCOPES)
    expect(SharedSets.of(vocabulary)).toBe(SharedSets.of(vocabulary))
  })
})

describe('names of roles and permissions may be any text, and lists of them are never mixed up', () => {
  /** All of them would come to one text or to each other by a careless way of joining. */
  const LISTS: readonly (readonly string[])[] = [
    [],
    [''],
    ['', ''],
    ['[]'],
    ['[""]'],
    [' '],
    ['a b'],
    ['a', 'b'],
    ['a,b'],
    ['a","b'],
    ['["a","b"]'],
    ['a\\'],
    ['a\\"'],
    ['a', 'b '],
    ['a ', 'b'],
    ['a\u0000b'],
    ['b', 'a'],
    ['controls:write'],
  ]

  test('neither with each other', () => {
    const sets = setsOf()
    for (const _again of [1, 2]) {
      for (const list of LISTS) expect([...sets.names(list)]).toEqual([...new Set(list)])
    }
    expect(new Set(LISTS.map(list => sets.names(list))).size).toBe(LISTS.length)
  })

  test('nor with scopes: a role implies nothing, the scope [] is no empty list', () => {
    const sets = setsOf()
    expect([...sets.scopes(['[]'])]).toEqual(['[]'])
    expect([...sets.names([])]).toEqual([])
    expect([...sets.names(['[]'])]).toEqual(['[]'])
    expect([...sets.scopes([])]).toEqual([])
    expect([...sets.scopes(['["a"]'])]).toEqual(['["a"]'])
    expect([...sets.names(['a'])]).toEqual(['a'])
    expect([...sets.scopes(['controls:write'])]).toEqual(['controls:write', 'controls:read'])
    expect([...sets.names(['controls:write'])]).toEqual(['controls:write'])
  })

  test('a list that is changed afterwards changes nothing', () => {
    const sets = setsOf()
    const list = ['reader']
    const shared = sets.names(list)
    list.push('admin')
    expect([...shared]).toEqual(['reader'])
    expect([...sets.names(['reader'])]).toEqual(['reader'])
    expect(() => Object.assign(shared, { has: () => true })).toThrow(TypeError)
  })
})

test.each(['scopes', 'names'] as const)(
  'after more than 1,000 lists of %s it begins anew, and every list is still right',
  kind => {
    const sets = setsOf()
    const first = sets[kind](['name-0'])
    for (let i = 1; i < 1000; i++) sets[kind]([`name-${i}`])
    expect(sets[kind](['name-0'])).toBe(first)
    sets[kind](['name-1000'])
    const again = sets[kind](['name-0'])
    expect([...again]).toEqual(['name-0'])
    expect(again).not.toBe(first)
    for (let i = 0; i <= 2500; i++) expect([...sets[kind]([`name-${i}`])]).toEqual([`name-${i}`])
  },
)
