import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parameterPairs } from '../../src/shared/parameter-pairs.ts'

test.each<[string, readonly (readonly [string, string])[]]>([
  ['a=b', [['a', 'b']]],
  [
    'For=192.0.2.43;Proto=https',
    [
      ['for', '192.0.2.43'],
      ['proto', 'https'],
    ],
  ],
  [
    ' a = b ; c=d ',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['a="b;c,d=e"', [['a', 'b;c,d=e']]],
  ['a="say \\"b\\" \\\\ c"', [['a', 'say "b" \\ c']]],
  ['a=b=c', [['a', 'b=c']]],
  [
    'a=1;a=2',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['a=', [['a', '']]],
  [
    'a=b;',
    [
      ['a', 'b'],
      ['', ''],
    ],
  ],
  ['', [['', '']]],
])('%j (RFC 7239 section 4)', (value, pairs) => {
  expect(parameterPairs(value)).toEqual(pairs)
})

test.each(['a=b,c=d', 'a=b,', ',', 'a="b"," c="', 'a="b', 'a="b\\"', 'a="b\\'])(
  '%j is several elements, or badly quoted',
  value => {
    expect(parameterPairs('a=b')).toBeDefined()
    expect(parameterPairs(value)).toBeUndefined()
  },
)

test.each(['\0a=b', '\u00a0a=b', 'a\u00a0=b', 'a b=c', '=b', 'b', 'a=b;c', '"a;b"=c', '\u212aey=b'])(
  '%j has a key that is no token (RFC 9110 section 5.6.2)',
  value => {
    expect(parameterPairs('a=b')).toBeDefined()
    expect(parameterPairs(value)).toBeUndefined()
  },
)

test('what is quoted is one value, whatever it holds, and cannot make a pair of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const quoted = text.replace(/["\\]/g, '\\$&')
      expect(parameterPairs(`a="${quoted}";b=c`)).toEqual([
        ['a', text.replace(/^[ \t]+|[ \t]+$/g, '')],
        ['b', 'c'],
      ])
    }),
  )
})
