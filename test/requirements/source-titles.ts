import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../docs/markdown.ts'

/** The text of a file of this repository; empty where there is none. */
export function sourceOf(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return ''
  }
}

/** Whether a text stands there as a whole string: the title of a test, or of a row of its table, `…` for what it fills in. */
export function hasTitle(source: string, title: string): boolean {
  const text = title.includes('…') ? source.replaceAll(/\$\{[^}]*\}/g, '…') : source
  return ["'", '"', '`'].some(quote => text.includes(`${quote}${title}${quote}`))
}

/** Every test file, by its path from the root. */
export function testFiles(): readonly string[] {
  const packages = readdirSync(join(root, 'packages')).map(name => `packages/${name}/test`)
  return ['test', ...packages].flatMap(filesIn).filter(name => name.endsWith('.ts'))
}

const SKIPPED = ['node_modules', 'dist', 'projects']

/** `readdirSync` with `recursive` would follow the links in node_modules, round and round. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (entry.isFile()) return [path]
    return entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.includes(entry.name) ? filesIn(path) : []
  })
}

/** What follows `test(`, `describe(`, `test.each(…)(` and the like, as written. */
const CALL = /(?:\b(?:test|it|describe)(?:\.\w+)*\(|\)\()\s*(['"`])((?:\\[\s\S]|(?!\1)[^\\])*)\1/g

/** Strings that begin with an id, as the rows of tables do. */
const ROW = /['"`]([A-Z]{1,2}\d{1,2}[a-z]? [^'"`\n]*)['"`]/g

/** The titles in a source: of tests, of their groups, and of rows that begin with an id. */
export function titlesOf(source: string): readonly string[] {
  const calls = [...source.matchAll(CALL)].map(([, , title = '']) => title)
  return [...calls, ...[...source.matchAll(ROW)].map(([, title = '']) => title)]
}
