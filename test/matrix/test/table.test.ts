import { expect, test } from 'vitest'
import { codeFor, type Row } from '../src/cell.ts'
import { renderTable } from '../src/table.ts'

const passed: Row = {
  cell: 'node22',
  outcome: { passed: 9412, failed: 0, skipped: 0, failures: [], versions: 'Node 22.23.3' },
  seconds: 301.4,
}
const failed: Row = {
  cell: 'lowest',
  outcome: { passed: 9411, failed: 1, skipped: 2, failures: ['a.test.ts | it holds | expected'], versions: 'x 1.0.0' },
  seconds: 12,
}
const notRun: Row = { cell: 'deno', outcome: { notRun: 'deno does not start here' }, seconds: 1 }
const empty: Row = { ...passed, outcome: { ...passed.outcome, passed: 0 } as Row['outcome'] }

test('a row for each cell, with the reason where it was not run and the failures below', () => {
  expect(renderTable([passed, failed, notRun])).toBe(
    [
      'cell    verdict  passed  failed  skipped  seconds  with',
      'node22  holds    9412    0       0        301      Node 22.23.3',
      'lowest  FAILED   9411    1       2        12       x 1.0.0',
      'deno    not run  –       –       –        1        deno does not start here',
      '',
      'lowest failed:',
      '  a.test.ts | it holds | expected',
    ].join('\n'),
  )
})

test('the exit code is 0 only where something ran and nothing failed; no test at all is a failure', () => {
  expect(codeFor([passed, notRun], false)).toBe(0)
  expect(codeFor([passed, failed], false)).toBe(1)
  expect(codeFor([passed, empty], false)).toBe(1)
  expect(codeFor([notRun], false)).toBe(1)
  expect(codeFor([], false)).toBe(1)
})

test('a cell that was asked for by its name has to run', () => {
  expect(codeFor([passed], true)).toBe(0)
  expect(codeFor([passed, notRun], true)).toBe(1)
  expect(codeFor([passed, failed], true)).toBe(1)
  expect(codeFor([], true)).toBe(1)
})
