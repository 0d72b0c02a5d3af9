import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../docs/markdown.ts'

/** The text of a file of this repository; `undefined` where there is none. */
export function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

/** Every TypeScript file of the tests, by its path from the root. */
export function testFiles(): readonly string[] {
  const packages = readdirSync(join(root, 'packages')).map(name => `packages/${name}/test`)
  return ['test', ...packages].flatMap(filesIn).filter(name => name.endsWith('.ts'))
}

const LEFT_OUT = ['node_modules', 'dist', 'projects']

/** `readdirSync` with `recursive` would follow the links in node_modules, round and round. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (entry.isFile()) return [path]
    return entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.includes(entry.name) ? filesIn(path) : []
  })
}
