import { afterAll, afterEach, beforeEach, expect, type RunnerTask, type RunnerTestFile } from 'vitest'
import { type Answers, closedWays, recordAnswers, untriedWays, WAYS } from '../support/ways.ts'
import { ROWS } from './rows/index.ts'
import { type AttackRow, isTriedEverywhere } from './rows/row.ts'

/** A test that ran: its title, below those of its groups. */
export interface TriedTest {
  readonly titles: readonly string[]
  readonly answers: Answers
}

/** For the file that calls it: at its end, what the rows of attacks say about its tests has to be so. */
export function holdRows(): void {
  const tests: TriedTest[] = []
  let answers: Answers = new Map()
  let file: RunnerTestFile | undefined
  beforeEach(() => {
    answers = recordAnswers()
  })
  afterEach(({ task }) => {
    const titles = [task.name]
    for (let { suite } = task; suite !== undefined; suite = suite.suite) titles.unshift(suite.name)
    tests.push({ titles, answers })
    file = task.file
  })
  afterAll(() => {
    // Of some tests of a file alone, asked for by their name, nothing can be said.
    if (file !== undefined && !file.tasks.some(isLeftOut)) expect(untrueRows(file.name, ROWS, tests)).toEqual([])
  })
}

function isLeftOut(task: RunnerTask): boolean {
  return task.mode === 'skip' || ('tasks' in task && task.tasks.some(isLeftOut))
}

/** What the rows say about the tests of a file and is not so: titles of which no test ran, and ways that were left out. */
export function untrueRows(file: string, rows: readonly AttackRow[], tests: readonly TriedTest[]): readonly string[] {
  return rows.flatMap(row => {
    const cited = row.tests.filter(proof => proof.file === file)
    const tried = cited.map(({ title }) => tests.filter(({ titles }) => titles.some(patternOf(title))))
    const missing = cited.filter((_, index) => tried[index]?.length === 0)
    const lines = missing.map(({ title }) => `${row.id}: no test "${title}" ran`)
    if (!isTriedEverywhere(row) || row.tests[0]?.file !== file) return lines
    const waysLeft = row.honest ? closedWays : untriedWays
    const [least = WAYS] = tried
      .flat()
      .map(test => waysLeft(tests.filter(other => isSame(test, other)).map(({ answers }) => answers)))
      .sort((one, other) => one.length - other.length)
    return least.length === 0 ? lines : [...lines, `${row.id}: none of its tests goes by ${least.join(', ')}`]
  })
}

/** One test may run once with each engine, in groups of their own. */
function isSame(one: TriedTest, other: TriedTest): boolean {
  return one.titles.at(-1) === other.titles.at(-1)
}

/** Titles of tables are filled in, and stand behind other columns of their row. */
function patternOf(title: string): (ran: string) => boolean {
  const parts = title.split(/%[sjoi]/).map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(parts.join('.*'), 's')
  return ran => pattern.test(ran)
}
