import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { read, root } from '../docs/markdown.ts'
import { TARGETS } from '../fuzz/src/targets.ts'

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

/** Rows of attacks and of honest requests, as the page has them. */
function rowsOf(page: string): readonly [attacks: number, honest: number] {
  const groups = page.split(/^## /m).slice(1)
  const count = (isHonest: boolean): number =>
    groups
      .filter(group => group.includes('| request that must be let in |') === isHonest)
      .reduce((sum, group) => sum + (group.match(/^\| [^|-]/gm)?.length ?? 0), 0)
  return [count(false), count(true)]
}

function wycheproofVectors(): number {
  const folder = 'packages/core/test/vectors/wycheproof'
  const files = readdirSync(join(root, folder)).filter(name => name.endsWith('.json'))
  return files.reduce((sum, name) => sum + JSON.parse(read(`${folder}/${name}`)).numberOfTests, 0)
}

test('SECURITY.md counts what is tested as the generated pages and the vectors have it', () => {
  const [, section = ''] = read('SECURITY.md').split('## How it is tested')
  const told = section.split(/^## /m)[0] ?? ''
  const [, musts, shoulds, open] = /: (\d+) MUST, (\d+) SHOULD \((\d+) not met/.exec(read('docs/requirements.md')) ?? []
  const [attacks, honest] = rowsOf(read('docs/attacks.md'))
  const jsonFiles = readdirSync(join(root, 'packages/core/test/vectors/jsontestsuite/test_parsing')).length
  const figures = [
    `${attacks} attacks`,
    `${honest} unusual requests`,
    `${musts} MUST and ${shoulds} SHOULD`,
    `${open} are not met`,
    `${wycheproofVectors().toLocaleString('en')} of Wycheproof`,
    `${jsonFiles} files of JSONTestSuite`,
    `${Object.keys(TARGETS).length} promises`,
  ]
  expect(attacks).toBeGreaterThan(150)
  expect(figures.filter(figure => !told.includes(figure))).toEqual([])
  expect([...told.matchAll(/(?<![\w/.-])\d[\d,]*/g)].map(([number]) => number)).toHaveLength(figures.length + 1)
})

/** A number of the source, as people write it. */
function constantOf(file: string, name: string): string {
  const [, digits] = new RegExp(`^const ${name} = (\\d+)$`, 'm').exec(read(`packages/core/src/${file}`)) ?? []
  return Number(digits).toLocaleString('en')
}

test('SECURITY.md says how much of refused tokens and proofs stays in memory', () => {
  const headers = constantOf('token/jws-header.ts', 'MAX_KNOWN_HEADERS')
  const length = constantOf('token/jws-header.ts', 'MAX_KNOWN_LENGTH')
  const keys = constantOf('sender/dpop/proof-check.ts', 'MAX_PROOF_KEYS')
  expect(read('SECURITY.md')).toContain(`at most ${headers} headers of at most ${length} characters stay in memory`)
  expect(read('SECURITY.md')).toContain(`the last ${keys} public keys of proofs stay imported`)
})
