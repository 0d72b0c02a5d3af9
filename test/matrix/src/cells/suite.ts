import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ran } from '../cell.ts'
import { run } from '../program.ts'
import { inTemporaryFolder } from '../temporary-folder.ts'

/** What the JSON reporter of Vitest writes, as far as it is read here. */
interface Report {
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly FileReport[]
}

interface FileReport {
  readonly name: string
  readonly status: string
  readonly message?: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages?: readonly string[]
  }[]
}

export interface SuiteRun {
  /** The binary that runs Vitest, its workers and whatever tests start as `node`. */
  readonly node: string
  /** A workspace that is installed and built. */
  readonly folder: string
  readonly versions: string
  /** More for the command line of Vitest, such as the paths of a part. Default: everything. */
  readonly parameters?: readonly string[]
}

/** Some five times what the whole suite takes on two cores. What takes longer hangs. */
const LONGEST_SUITE_SECONDS = 1800
const LONGEST_LINE = 600

/** Runs the tests of a workspace; where Vitest itself breaks, that is a failure too. */
export function runSuite({ node, folder, versions, parameters = [] }: SuiteRun): Promise<Ran> {
  return inTemporaryFolder('report', async out => {
    const file = join(out, 'report.json')
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
    const flags = ['run', '--reporter=json', `--outputFile=${file}`, ...parameters]
    const ended = await run(node, [vitest, ...flags], { cwd: folder, node, timeoutSeconds: LONGEST_SUITE_SECONDS })
    const report: Report | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined)
    return { ...summarise(report, ended.code, ended.tail), versions }
  })
}

/** Counts as the exit code does: a run that says it failed has a failure, whatever its tests say. */
export function summarise(report: Report | undefined, code: number, tail: string): Omit<Ran, 'versions'> {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, failures: [`no report; it printed: ${tail}`] }
  const failures = report.testResults.flatMap(failuresOf)
  if (code !== 0 && failures.length === 0) failures.push(`Vitest ended with ${code}; it printed: ${tail}`)
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  }
}

/** Its tests that failed, or the file itself where it came to none. */
function failuresOf({ name, status, message, assertionResults }: FileReport): string[] {
  const failed = assertionResults.filter(result => result.status === 'failed')
  if (failed.length === 0) return status === 'failed' ? [line(name, '', message)] : []
  return failed.map(({ fullName, failureMessages }) => line(name, fullName, failureMessages?.[0]))
}

/** What a property test says of its counterexample stands in the lines below the first. */
function line(file: string, title: string, message = ''): string {
  const said = message.split('\n    at ')[0]?.replace(/\s*\n\s*/g, ' / ')
  return [file.replace(/^.*?\/(?=(packages|test|examples)\/)/, ''), title, said].join(' | ').slice(0, LONGEST_LINE)
}
