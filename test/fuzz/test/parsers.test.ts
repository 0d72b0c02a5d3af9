import { describe, expect, test } from 'vitest'
import { uris } from '../src/parsers/core.ts'
import { readChallenges } from '../src/parsers/read-challenges.ts'
import { parsers } from '../src/parsers/target.ts'

test('for a second: whatever the text, parsers answer or refuse, and mean what independent readers find', async () => {
  const { inputs, seen } = await parsers.run({ seed: 1, milliseconds: 1000 })
  expect(inputs).toBeGreaterThan(0)
  expect(Object.keys(seen)).not.toEqual([])
})

// RFC 3986 section 2.1 gives a percent sign without two digits behind it no meaning. Kept as it was, it made another escape
// of what follows, once that was resolved: `/%%32F` and `/%2F` came to be one URL, and a proof for the one opened the other.
describe('a path with a percent sign that begins no escape', () => {
  test('stands for itself', () => {
    expect(uris.normalizedPath('/%zz')).toBe('/%25zz')
  })

  test('has a normal form that is its own', () => {
    const normal = uris.normalizedPath('/%%32e')
    expect(uris.normalizedPath(normal)).toBe(normal)
  })

  test('is not the path of a URL that has one', () => {
    expect(uris.normalizedPath('/%%32F')).not.toBe(uris.normalizedPath('/%2F'))
  })
})

describe('challenges as the fuzzing reads them back (RFC 9110 section 11.6.1)', () => {
  const read = (text: string) =>
    readChallenges(text).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

  test('several schemes in one line, tokens and quoted strings', () => {
    expect(read('Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""')).toEqual([
      ['Basic', { realm: 'simple' }],
      ['Newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
    ])
  })

  test.each([
    '',
    'realm="a"',
    'Bearer',
    'Bearer realm="a',
    'Bearer realm="a" x',
    'Bearer a=b, a=c',
    'Bearer a="b"", c=d',
    'Bearer a=b,',
  ])('%j is none', text => {
    expect(() => readChallenges(text)).toThrow()
  })
})
