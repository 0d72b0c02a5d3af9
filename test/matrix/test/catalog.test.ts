import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allowedRanges, withVersions } from '../src/catalog.ts'
import { byVersion } from '../src/registry.ts'
import { ROOT } from '../src/workspace.ts'

const WORKSPACE = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')

test('every dependency and peer of the published packages is varied, both majors of Express each in their own entry', () => {
  const ranges = allowedRanges(WORKSPACE).map(({ entry, name, range }) => [entry, `${name}@${range}`])
  expect(Object.fromEntries(ranges)).toEqual({
    '@opentelemetry/api': '@opentelemetry/api@^1.9.0',
    commander: expect.stringMatching(/^commander@\^14\./),
    express4: 'express@^4.21.0',
    express: 'express@^5.0.0',
    'fastify-plugin': expect.stringMatching(/^fastify-plugin@\^6\./),
    fastify: 'fastify@^5.0.0',
    jose: expect.stringMatching(/^jose@\^6\./),
    'lru-cache': expect.stringMatching(/^lru-cache@\^11\./),
    redis: 'redis@^6.2.0',
    yaml: expect.stringMatching(/^yaml@\^2\./),
  })
})

test('a dependency without an entry is an error, because nothing would vary it', () => {
  expect(() => allowedRanges(WORKSPACE.replace(/^ {2}redis: .*\n/m, ''))).toThrow('no entry for redis')
})

test('exact versions take the place of their entries, aliases kept, and nothing else changes', () => {
  const changed = withVersions(
    WORKSPACE,
    new Map([
      ['express', '5.0.0'],
      ['express4', '4.21.0'],
    ]),
  )
  const lines = WORKSPACE.split('\n')
  expect(changed.split('\n').filter((line, index) => line !== lines[index])).toEqual([
    '  "express4": npm:express@4.21.0',
    '  "express": 5.0.0',
  ])
})

test('versions are ordered by their numbers, whatever order a registry has', () => {
  expect(['5.10.0', '5.0.0', '5.2.10', '5.2.9', '4.21.2'].sort(byVersion)).toEqual([
    '4.21.2',
    '5.0.0',
    '5.2.9',
    '5.2.10',
    '5.10.0',
  ])
})
