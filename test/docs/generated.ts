import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { root } from './markdown.ts'

/**
 * A folder inside the repository, where the imports of a page's code resolve. Of this run and this file alone, because
 * several runs may be under way at once; gone after its tests.
 */
export function generatedFolder(): string {
  const home = join(root, 'test/docs/.generated')
  mkdirSync(home, { recursive: true })
  const folder = mkdtempSync(join(home, 'run-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
