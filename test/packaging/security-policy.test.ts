import { expect, test } from 'vitest'
import { read } from '../docs/markdown.ts'

/** What has no default weighs nothing: without it there is no resource server. */
const REQUIRED = ['`issuer`', '`audience`', '`scopes`', '`dpop.mode`']

/** First column to second column of each row; a first column may name several options. */
function options(tables: string): ReadonlyMap<string, string> {
  const rows = [...tables.matchAll(/^\| (`.*?) *\| (.*?) *\|/gm)]
  return new Map(rows.flatMap(([, names = '', value = '']) => names.split(', ').map(name => [name, value] as const)))
}

const documented = options(
  read('docs/defaults.md')
    .split(/^## /m)
    .filter(section => section.startsWith('Options'))
    .join(''),
)
const [, rationale = ''] = read('SECURITY.md').split('## Why the defaults are what they are')
const weighed = options(rationale.split(/^## /m)[0] ?? '')

test('SECURITY.md weighs every option that has a default, and no other', () => {
  const expected = [...documented.keys()].filter(name => !REQUIRED.includes(name))
  expect(expected.length).toBeGreaterThan(25)
  expect([...weighed.keys()].sort()).toEqual(expected.sort())
})

test('SECURITY.md states the numbers that docs/defaults.md states', () => {
  const numbers = [...weighed].filter(([, value]) => /^`\d+`$/.test(value))
  expect(numbers.length).toBeGreaterThan(10)
  for (const [name, value] of numbers)
    expect([name, documented.get(name)?.split(',')[0]?.split(' ')[0]]).toEqual([name, value])
})
