import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { forgedKeys, forgeries } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { root } from '../docs/markdown.ts'
import { ADVISORIES, CATALOGUE_IDS } from './rows/catalogue-ids.ts'
import { ROWS } from './rows/index.ts'
import { renderAttacks } from './rows/render-attacks.ts'
import type { AttackRow, Proof } from './rows/row.ts'

const names = new Set(ROWS.flatMap(({ id, known = [] }) => [id, ...known]))
const sources = new Map<string, string | undefined>()

/** `undefined` where there is no such file. */
function sourceOf(file: string): string | undefined {
  if (!sources.has(file))
    sources.set(file, existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined)
  return sources.get(file)
}

/** As a literal of its own, in whichever quotes: a title that is part of another one is none. */
function hasTitle({ file, title, table }: Proof): boolean {
  const source = sourceOf(table ?? file) ?? ''
  const runs = table === undefined || (sourceOf(file) ?? '').includes('test')
  return runs && ["'", '"', '`'].some(quote => source.includes(quote + title + quote))
}

describe('every attack has a row, and every row its proof', () => {
  test('each id of the catalogue has one row, and there is no other but those of advisories', () => {
    const ids = ROWS.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    expect(CATALOGUE_IDS).toHaveLength(157)
    expect(CATALOGUE_IDS.filter(id => !ids.includes(id))).toEqual([])
    expect(ids.filter(id => !CATALOGUE_IDS.includes(id) && !ADVISORIES.includes(id))).toEqual([])
  })

  test('each of the 70 advisories and issues is a name of a row', () => {
    expect(new Set(ADVISORIES).size).toBe(70)
    expect(ADVISORIES.filter(name => !names.has(name))).toEqual([])
  })

  test('each row has a test, whose title stands word for word in its file', () => {
    expect(ROWS.filter(({ tests }) => tests.length === 0).map(({ id }) => id)).toEqual([])
    const missing = ROWS.flatMap(({ id, tests }) => tests.filter(proof => !hasTitle(proof)).map(proof => [id, proof]))
    expect(missing).toEqual([])
  })

  test('each row names source files that there are, or says why there are none', () => {
    const gone = ROWS.flatMap(({ stoppedIn }) => stoppedIn).filter(file => sourceOf(`packages/${file}`) === undefined)
    expect(gone).toEqual([])
    const none = ROWS.filter(({ stoppedIn }) => stoppedIn.length === 0)
    expect(none.filter(({ notByRequest }) => notByRequest === undefined)).toEqual([])
  })

  /** `useBench` starts Express, Fastify and `check()` with both engines. */
  const isTriedEverywhere = ({ tests }: AttackRow): boolean =>
    tests.some(({ file }) => sourceOf(file)?.includes('useBench('))

  test('each row is tried through Express, Fastify and check() under both engines, or says why not', () => {
    const elsewhere = ROWS.filter(row => !isTriedEverywhere(row))
    expect(elsewhere.filter(row => row.notByRequest === undefined)).toEqual([])
  })
})

/** What a test, or the table of a test, says that it is about. */
const CITED = /\b(?:ALG|KEY|SIG|ENC|JSON|CL|NET|HTTP|OIDF|SEEN)\d+\b|\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-[a-z\d]{4}){3}\b/g

/** Of the tests themselves: what is installed, built or generated is none. */
function testFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (/^(\.|node_modules$|dist$)/.test(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return testFiles(path)
    return entry.name.endsWith('.ts') ? [path] : []
  })
}

/** Tries its own search on made-up ids. */
const QUOTING = 'test/requirements/ledger.test.ts'

describe('what tests cite', () => {
  test('is a name of a row, wherever it stands', () => {
    const packages = readdirSync(join(root, 'packages')).map(name => join('packages', name, 'test'))
    const files = ['test', ...packages].flatMap(testFiles).filter(file => file !== QUOTING)
    expect(files.length).toBeGreaterThan(150)
    const unknown = files.flatMap(file =>
      [...(sourceOf(file) ?? '').matchAll(CITED)]
        .filter(([cited]) => !names.has(cited))
        .map(([cited]) => [file, cited]),
    )
    expect(unknown).toEqual([])
  })

  test('by forgeries and forged keys is a name of a row as well', () => {
    const cited = [...Object.values(forgeries), ...Object.values(forgedKeys)].map(({ attack }) => attack)
    expect(cited.filter(attack => !names.has(attack))).toEqual([])
  })
})

test('docs/attacks.md lists every attack as the rows have it (refresh with `npx vitest run test/attacks/rows -u`)', async () => {
  await expect(renderAttacks()).toMatchFileSnapshot('../../docs/attacks.md')
})
