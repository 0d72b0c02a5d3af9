import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runSuite, summarise } from '../src/cells/suite.ts'
import { ROOT } from '../src/workspace.ts'

test('counts what Vitest ran with the binary it was given, names what failed and why, and writes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scopeward-suite-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'test'))
  const good = `test('this Node', () => expect(process.execPath).toBe(${JSON.stringify(process.execPath)})); test.skip('no', () => {})`
  await writeFile(join(folder, 'test/good.test.js'), good)
  await writeFile(join(folder, 'test/bad.test.js'), `test('one is two', () => expect(1).toBe(2))`)
  await writeFile(join(folder, 'test/broken.test.js'), `throw new Error('broken before any test')`)
  const missing = join(folder, 'missing.txt')
  const writing = `test('no file', () => expect('text').toMatchFileSnapshot(${JSON.stringify(missing)}))`
  await writeFile(join(folder, 'test/writing.test.js'), writing)
  const parameters = ['--root', folder, '--globals']
  const ran = await runSuite({ node: process.execPath, folder: ROOT, versions: 'this one', parameters })
  expect(ran).toMatchObject({ passed: 1, failed: 3, skipped: 1, versions: 'this one' })
  expect([...ran.failures].sort()).toEqual([
    expect.stringMatching(/^test\/bad\.test\.js \| one is two \| .*expected 1 to be 2/),
    expect.stringMatching(/^test\/broken\.test\.js \| {2}\| .*broken before any test/),
    expect.stringMatching(/^test\/writing\.test\.js \| no file \| .*mismatched/),
  ])
  expect(existsSync(missing)).toBe(false)
})

test('a run that fails outside of its tests has failed, and so has one without a report', () => {
  const report = { numPassedTests: 3, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  expect(summarise(report, 0, '')).toMatchObject({ passed: 3, failed: 0 })
  expect(summarise(report, 1, 'Unhandled')).toMatchObject({ passed: 3, failed: 1 })
  expect(summarise(undefined, 1, 'no such binary')).toMatchObject({ passed: 0, failed: 1 })
})
