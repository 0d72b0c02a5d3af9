import { type DeclaredTests, moduleOf, testsIn } from './declared-tests.ts'
import { sourceOf } from './test-files.ts'

/** A test, or a whole group of them, that a document cites as its proof. */
export interface CitedTest {
  /** From the root of the repository. */
  readonly file: string
  /** As it stands in the source: of a test, of a group, of a table or of one row. `…` for what a template fills in. */
  readonly title: string
  /** The file that has the title, where the tests are made from a table of another file. */
  readonly table?: string
}

/** Those that Vitest collects. */
const TEST_FILE = /^(packages\/[^/]+\/test|test)\/.*\.test\.ts$/
/** They depend on where the tests run, and are about their own test alone; the others are open to doubt wherever they stand. */
const BY_CIRCUMSTANCE = ['runIf', 'skipIf']

/**
 * Why a test that is cited proves nothing; `undefined` where it does.
 * @param allowed a condition that it may have: `fails`
 */
export function flawOf(cited: CitedTest, allowed?: string): string | undefined {
  const { file, title, table } = cited
  if (!TEST_FILE.test(file) || sourceOf(file) === undefined) return `Vitest collects no file ${file}`
  const tests = testsIn(file)
  const condition = tests.conditions.find(
    each => each.name !== allowed && (each.title === title || !BY_CIRCUMSTANCE.includes(each.name)),
  )
  if (condition !== undefined) return `${file} has a ${condition.name}: "${condition.title}"`
  const isThere = table === undefined ? isDeclared(tests, file, title) : isInTable(tests, table, title)
  return isThere ? undefined : `no test "${title}" in ${table ?? file}`
}

function isDeclared({ titles, rows }: DeclaredTests, file: string, title: string): boolean {
  return titles.has(title) || rows.get(file)?.has(title) === true
}

/** What a package exports is not followed into it: the table has to export the name that the tests are made from. */
function isInTable({ rows, packages }: DeclaredTests, table: string, title: string): boolean {
  const [, name] = /^packages\/([^/]+)\/src\//.exec(table) ?? []
  if (name === undefined) return rows.get(table)?.has(title) === true
  const { exported } = moduleOf(table)
  const used = exported.filter(each => packages.has(`@scopeward/${name} ${each}`))
  return used.some(each => testsIn(table, each).rows.get(table)?.has(title))
}
