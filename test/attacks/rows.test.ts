import { forgedKeys, forgeries } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { flawOf } from '../support/collected/cited-test.ts'

import { sourceOf, testFiles } from '../support/collected/test-files.ts'
import { type Answers, WAYS, type Way } from '../support/ways.ts'
import { holdRows, type TriedTest, untrueRows } from './hold-rows.ts'
import { ADVISORIES, CATALOGUE_IDS } from './rows/catalogue-ids.ts'
import { GROUPS, ROWS } from './rows/index.ts'
import { renderAttacks } from './rows/render-attacks.ts'
import { type AttackRow, isTriedEverywhere } from './rows/row.ts'

holdRows()

const names = new Set(ROWS.flatMap(({ id, known = [] }) => [id, ...known]))
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

  test('each row has a test, and each of them is collected and has to pass', () => {
    expect(ROWS.filter(({ tests }) => tests.length === 0).map(({ id }) => id)).toEqual([])
    const flaws = ROWS.flatMap(({ id, tests }) =>
      tests.map(cited => flawOf(cited)).map(flaw => flaw && `${id}: ${flaw}`),
    )
    expect(flaws.filter(flaw => flaw !== undefined)).toEqual([])
  })

  test('each row names source files that there are, or says why there are none', () => {
    const gone = ROWS.flatMap(({ stoppedIn }) => stoppedIn).filter(file => sourceOf(`packages/${file}`) === undefined)
    expect(gone).toEqual([])
    const none = ROWS.filter(({ stoppedIn }) => stoppedIn.length === 0)
    expect(none.filter(({ notByRequest }) => notByRequest === undefined)).toEqual([])
  })

  test('each row is tried through Express, Fastify and check() under both engines, or says why not', () => {
    // The file counts the answers of each way while its tests run, and fails where one is missing.
    const isHeld = (file = '') => sourceOf(file)?.includes('\nholdRows()\n') === true
    const unwatched = ROWS.filter(isTriedEverywhere).filter(({ tests }) => !isHeld(tests[0]?.file))
    expect(unwatched.map(({ id }) => id)).toEqual([])
  })

  test('what must be let in is told from attacks, and stands in a group of its own', () => {
    const honest = ROWS.filter(row => row.honest).map(({ id }) => id)
    expect(honest).toEqual(Array.from({ length: 11 }, (_, index) => `OIDF${index + 1}`))
    expect(GROUPS.filter(({ rows }) => rows.some(row => row.honest) && !rows.every(row => row.honest))).toEqual([])
  })
})

describe('what rows say of their tests is held by what was answered', () => {
  const proof = { file: 'a.test.ts', title: 'KEY1 %s' }
  const row: AttackRow = { id: 'KEY1', attack: '', stoppedIn: [], tests: [proof] }
  const answersOf = (granted: number, refused: number, ways = WAYS): Answers =>
    new Map(ways.map(way => [way, { granted, refused }]))
  const untrue = (changes: Partial<AttackRow>, ...tests: TriedTest[]) =>
    untrueRows('a.test.ts', [{ ...row, ...changes }], tests)
  const ran = (answers: Answers, title = 'KEY1 jwk'): TriedTest => ({ titles: ['group', title], answers })

  test('refused by all ways is what a row says', () => {
    expect(untrue({}, ran(answersOf(1, 1)))).toEqual([])
    expect(untrue({}, ran(answersOf(0, 1, WAYS.slice(0, 3))), ran(answersOf(0, 1, WAYS.slice(3))))).toEqual([])
    expect(untrue({ notByRequest: 'There is none.' }, ran(answersOf(0, 0, [])))).toEqual([])
  })

  test('a title of which no test ran is seen', () => {
    expect(untrue({})).toContain('KEY1: no test "KEY1 %s" ran')
    expect(untrue({}, ran(answersOf(1, 1), 'KEY2 jwk'))).toContain('KEY1: no test "KEY1 %s" ran')
  })

  test('a way that is missing is seen, and one that sees the honest request alone', () => {
    const missing = [`KEY1: none of its tests goes by ${WAYS[5]}`]
    expect(untrue({}, ran(answersOf(1, 1, WAYS.slice(0, 5))))).toEqual(missing)
    const honestAlone = new Map([...answersOf(1, 1, WAYS.slice(0, 5)), [WAYS[5] as Way, { granted: 1, refused: 0 }]])
    expect(untrue({}, ran(honestAlone))).toEqual(missing)
  })

  test('what must be let in has to be let in by all ways', () => {
    expect(untrue({ honest: true }, ran(answersOf(1, 0)))).toEqual([])
    expect(untrue({ honest: true }, ran(answersOf(0, 1)))).toEqual([
      `KEY1: none of its tests goes by ${WAYS.join(', ')}`,
    ])
  })
})

/** What a test, or the table of a test, says that it is about. */
const CITED = /\b(?:ALG|KEY|SIG|ENC|JSON|CL|NET|HTTP|OIDF|SEEN)\d+\b|\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-[a-z\d]{4}){3}\b/g

/** Tries its own search on made-up ids. */
const QUOTING = 'test/requirements/ledger.test.ts'

describe('what tests cite', () => {
  test('is a name of a row, wherever it stands', () => {
    const files = testFiles().filter(file => file !== QUOTING)
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
