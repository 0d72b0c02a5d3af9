import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))

/** One compilation each: a vocabulary that is registered holds for all files of its compilation. */
test.each([
  [
    'a registered vocabulary makes a misspelt scope a compile error, and handlers keep their types',
    'registered-scopes',
  ],
  ['without one every scope name compiles', 'any-scope'],
])('%s', async (_, name) => {
  const project = fileURLToPath(new URL(`types/tsconfig.${name}.json`, import.meta.url))
  const { stdout } = await promisify(execFile)(tsc, ['-p', project]).catch(error => error as { stdout: string })
  expect(stdout).toBe('')
})
