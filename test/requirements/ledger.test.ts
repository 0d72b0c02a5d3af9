import { describe, expect, test } from 'vitest'
import { flawOf } from '../support/collected/cited-test.ts'
import { testsIn } from '../support/collected/declared-tests.ts'
import { sourceOf, testFiles } from '../support/collected/test-files.ts'
import { isRequirement } from './entry.ts'
import { ALL_IDS, baseOf, CITATION, ENTRIES } from './ledger.ts'
import { renderLedger } from './render-ledger.ts'
import { titlesOf } from './source-titles.ts'

const GAPS = 'test/requirements/gaps.test.ts'
const REQUIREMENTS = ENTRIES.filter(isRequirement)
const CITING = testFiles().flatMap(file => titlesOf(sourceOf(file) ?? '').map(title => [file, title] as const))
describe('the ledger', () => {
  test('has an entry for every id of the documents, and no other', () => {
    expect([...new Set(ENTRIES.map(({ id }) => baseOf(id)))].sort()).toEqual([...ALL_IDS].sort())
  })

  test('has every id once, with a letter only where there are several', () => {
    const ids = ENTRIES.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const lone = ids.filter(id => id !== baseOf(id) && ids.filter(other => baseOf(other) === baseOf(id)).length === 1)
    expect(lone).toEqual([])
    expect(ids.filter(id => id !== baseOf(id) && ids.includes(baseOf(id)))).toEqual([])
  })

  test('names a test for every requirement, and each of them is collected and has to pass', () => {
    expect(REQUIREMENTS.filter(({ proof }) => proof.length === 0).map(({ id }) => id)).toEqual([])
    const flaws = REQUIREMENTS.flatMap(({ id, proof, gap }) =>
      proof.map(cited => flawOf(cited, gap === undefined ? undefined : 'fails')).map(flaw => flaw && `${id}: ${flaw}`),
    )
    expect(flaws.filter(flaw => flaw !== undefined)).toEqual([])
  })

  test('explains every gap, and each of them is a test that is expected to fail', () => {
    const open = REQUIREMENTS.filter(({ gap }) => gap !== undefined)
    for (const { id, gap = '', proof } of open) {
      expect([id, gap.length > 80, proof.map(({ file }) => file)]).toEqual([id, true, [GAPS]])
    }
    const { titles, conditions } = testsIn(GAPS)
    expect(new Set(conditions.map(({ name }) => name))).toEqual(new Set(['fails']))
    expect(conditions.map(({ title }) => title)).toEqual([...titles])
    expect(open.flatMap(({ proof }) => proof.map(({ title }) => title)).sort()).toEqual([...titles].sort())
  })

  test('says why what is not applicable demands nothing', () => {
    for (const entry of ENTRIES) {
      if ('notApplicable' in entry) expect([entry.id, entry.notApplicable.endsWith('.')]).toEqual([entry.id, true])
    }
  })
})

describe('tests that cite an id', () => {
  const known = new Set(ENTRIES.flatMap(({ id }) => [id, baseOf(id)]))
  const unknown = (title: string) => [...title.matchAll(CITATION)].map(([id]) => id).filter(id => !known.has(id))

  test('cite one that the ledger has', () => {
    const cited = CITING.flatMap(([file, title]) => unknown(title).map(id => `${id} in ${file}: ${title}`))
    expect(cited).toEqual([])
  })

  test('are found, and those of the attack catalogue are left alone', () => {
    // Put together here, because this file is read as well.
    const [inTitle, inRow] = ['DP', 'AT'].map(letters => `${letters}99`)
    const text = [
      "test('htm is right (DP8)', () => 1)",
      `test.each(\n  ['x'],\n)('%s is known from AT3b and from ${inTitle}', () => 1)`,
      "describe('ALG1, HTTP2, JSON3, CL4, ENC5, NET6, KEY7, SIG8', () => 1)",
      `const rows = [['${inRow} in a row', 1], ['x5t#S256'], ['P-256'], ['%C3%A9']]`,
    ].join('\n')
    expect(titlesOf(text)).toHaveLength(4)
    expect(titlesOf(text).flatMap(unknown)).toEqual([inTitle, inRow])
    expect(CITING.filter(([, title]) => title.match(CITATION) !== null).length).toBeGreaterThan(20)
  })
})

test('docs/requirements.md is what the ledger says (refresh with `npx vitest run test/requirements -u`)', async () => {
  await expect(renderLedger()).toMatchFileSnapshot('../../docs/requirements.md')
})
