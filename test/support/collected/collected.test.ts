import { describe, expect, test } from 'vitest'
import { flawOf } from './cited-test.ts'
import { testsOf } from './declared-tests.ts'
import { parse } from './syntax.ts'

const FILE = 'made-up.test.ts'

function titlesOf(source: string): readonly string[] {
  const { titles, rows } = testsOf(FILE, parse(source))
  return [...titles, ...(rows.get(FILE) ?? [])]
}

function conditionsOf(source: string): readonly string[] {
  return testsOf(FILE, parse(source)).conditions.map(({ name, title }) => `${name} ${title}`)
}

describe('what a test file makes Vitest collect', () => {
  test.each([
    ["test('here', () => 1)"],
    ["it('here', async () => 1)"],
    ['test("here", () => 1)'],
    ['test(`here`, () => 1)'],
    ["describe('here', () => { test('x', () => 1) })"],
    ["describe('x', () => { describe('y', () => { test('here', () => 1) }) })"],
    ["test.each([1, 2])('here', () => 1)"],
    ["test.each(['here'])('%s', () => 1)"],
    ["test.each([['here', 1]])('%s', () => 1)"],
    ["const ROWS = [['here', 1]] as const\ntest.each(ROWS)('%s', () => 1)"],
    ["const ROWS = { here: 1 }\ndescribe.each(Object.entries(ROWS))('%s', () => 1)"],
    ["const row = (name: string) => [name, 1]\ntest.each([row('here')])('%s', () => 1)"],
    ["const more = [['here', 1]]\ndescribe('x', () => { test.each([...more])('%s', () => 1) })"],
    ["function tryAll(rows) { test.each(rows)('%s', () => 1) }\ntryAll([['here', 1]])"],
    ["for (const name of ['here']) test(name, () => 1)"],
  ])('is found: %s', source => {
    expect(titlesOf(source)).toContain('here')
  })

  test.each([
    ["// test('here', () => 1)"],
    ["/* test('here', () => 1) */ test('x', () => 1)"],
    ["test('x', () => { call('here') })"],
    ["test('x', () => expect(['here']).toEqual([]))"],
    ["test('x', () => { const title = \"test('here', () => 1)\" })"],
    ["const ROWS = [['here', 1]]\ntest('x', () => 1)"],
    ["export const ROWS = [['here', 1]]"],
    ["function never() { test('here', () => 1) }"],
    ["test('not here', () => 1)"],
    ["test.each([['x', () => ['here']]])('%s', () => 1)"],
    ["beforeAll(() => start({ name: 'here' }))"],
    ["type Name = 'here'\ntest('x', () => 1)"],
  ])('is not: %s', source => {
    expect(titlesOf(source)).not.toContain('here')
  })

  test('what a template fills in is left open', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template.
    expect(titlesOf('test.each(NAMES.map(name => [`claim ${name} missing`]))("%s", () => 1)')).toContain(
      'claim … missing',
    )
  })

  test.each([
    ["test.skip('x', () => 1)", 'skip x'],
    ["test.todo('x')", 'todo x'],
    ["describe.only('x', () => 1)", 'only x'],
    ["test.fails('x', () => 1)", 'fails x'],
    ["test.skip.each([1])('x', () => 1)", 'skip x'],
    ["test.skipIf(isOld)('x', () => 1)", 'skipIf x'],
    ["test.runIf(isNew).each([1])('x', () => 1)", 'runIf x'],
    ["test('x', { skip: true }, () => 1)", 'skip x'],
    ["test('x', context => context.skip())", 'skip x'],
    ["test('x', ({ skip }) => { if (isOld) skip('too old') })", 'skip x'],
    ["describe('y', () => { test.skip('x', () => 1) })", 'skip x'],
    ['beforeEach(context => context.skip())', 'skip '],
    ["xtest('x', () => 1)", 'xtest '],
  ])('what keeps a test from running is found: %s', (source, condition) => {
    expect(conditionsOf(source)).toEqual([condition])
  })

  test('an option of something else keeps no test from running', () => {
    expect(conditionsOf("test('x', () => { run({ only: ['a'], skip: 1 }); list.todo('y') })")).toEqual([])
  })
})

describe('a test that is cited', () => {
  const here = { file: 'test/support/collected/collected.test.ts', title: 'what a template fills in is left open' }

  test('has no flaw where it is collected and has to pass', () => {
    expect(flawOf(here)).toBeUndefined()
    expect(flawOf({ ...here, title: 'a test that is cited' })).toBeUndefined()
  })

  test.each([here.title.slice(1), here.title.slice(0, -1), here.title.toUpperCase(), 'here', ''])(
    'has to be there by its whole title: %j',
    title => {
      expect(flawOf({ ...here, title: `${title} ` })).toMatch(/^no test "/)
    },
  )

  test('has to be in a file that Vitest collects', () => {
    for (const file of [
      'test/support/none.test.ts',
      'test/support/collected/cited-test.ts',
      'packages/core/src/index.ts',
    ]) {
      expect(flawOf({ ...here, file })).toBe(`Vitest collects no file ${file}`)
    }
  })

  test('may fail only where that is said', () => {
    const file = 'test/requirements/gaps.test.ts'
    const title = 'two challenges go out on two lines of WWW-Authenticate (RFC 9110 section 11.6.1)'
    expect(flawOf({ file, title })).toMatch(/has a fails/)
    expect(flawOf({ file, title }, 'fails')).toBeUndefined()
  })

  test('of a table has to be made from it', () => {
    const file = 'test/attacks/key-set.test.ts'
    const table = 'packages/testing/src/forged-keys/index.ts'
    expect(flawOf({ file, table, title: 'RSA of 1024 bits' })).toBeUndefined()
    expect(flawOf({ file, table, title: 'RSA of 1025 bits' })).toMatch(/^no test "/)
    expect(flawOf({ file: here.file, table, title: 'RSA of 1024 bits' })).toMatch(/^no test "/)
  })
})
