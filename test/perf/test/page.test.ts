import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { METRICS } from '../src/bars.ts'
import { renderPictures } from '../src/plots/pictures.ts'
import { replaceBlocks } from '../src/report/blocks.ts'
import { PAGE } from '../src/report/docs.ts'
import { docsBlocks } from '../src/report/docs-blocks.ts'
import { formatBar } from '../src/report/verdict.ts'
import { FINDINGS } from './findings.ts'

const page = readFileSync(PAGE, 'utf8')
const blocks = docsBlocks(FINDINGS, { processor: 'Some Processor', cores: 2, rounds: 11, seconds: 512.4 })

test('docs/performance.md has a place for every block of figures, and no other', () => {
  expect(replaceBlocks(page, blocks)).toContain('Some Processor')
})

test('its table has every metric with its bar, and no other', () => {
  const table = page.split('<!-- bench:begin metrics -->')[1]?.split('<!-- bench:end metrics -->')[0] ?? ''
  const rows = [...table.matchAll(/^\| `(\w+)` +\|[^|]+\|[^|]+\| ([^|]+?) +\|/gm)].map(row => row.slice(1))
  expect(rows).toEqual(Object.entries(METRICS).map(([name, row]) => [name, formatBar(row)]))
})

test('it shows every picture', () => {
  const shown = [...page.matchAll(/!\[[^\]]+\]\(performance\/([^)]+)\)/g)].map(([, file]) => file)
  expect(shown.sort()).toEqual([...renderPictures(FINDINGS).keys()].sort())
})

test('figures of a deployment are those of one process, known tokens and the usual length', () => {
  expect(blocks.deployment?.replaceAll(/ +/g, ' ').split('\n').slice(2)).toEqual([
    '| requests per second, Fastify | 21,300 (22,900 without a guard) |',
    '| requests per second, Express | 11,800 (12,100 without a guard) |',
    '| time of a check, token seen before | 1.90 µs |',
    '| of a core, for 1,000 such checks per second | 0.190 % |',
    '| tokens never seen per second, RS256 | 26,000 |',
    '| memory of 10,000 remembered tokens | 15.0 MB |',
  ])
})

test('a table of series has a row for each side and a column for each panel', () => {
  expect(blocks.requests?.replaceAll(/ +/g, ' ').split('\n').slice(2)).toEqual([
    '| Scopeward | 21,300 | 11,800 |',
    '| no guard | 22,900 | 12,100 |',
    '| @fastify/jwt, get-jwks | 3,320 | – |',
    '| express-oauth2-jwt-bearer | – | 5,050 |',
  ])
})

test('the limit is told in percent of it', () => {
  expect(blocks.limit).toMatch(/\| token seen before +\| SHA-256 and one look-up in lru-cache +\| 75 % +\|/)
})
