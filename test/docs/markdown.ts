import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../../', import.meta.url))

/** Below docs/, and made of what is not ours or of the sources. */
const NOT_WRITTEN = /^(?:node_modules|reference|\.vitepress)\b/

/** Every page that ships or stands in docs/, by its path from the root. */
export function pages(): readonly string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => !NOT_WRITTEN.test(name))
    .map(name => join('docs', name))
  const packages = readdirSync(join(root, 'packages')).map(name => join('packages', name, 'README.md'))
  const examples = readdirSync(join(root, 'examples')).map(name => join('examples', name, 'README.md'))
  return [
    'README.md',
    'SECURITY.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'examples/README.md',
    ...docs,
    ...packages,
    ...examples,
  ].filter(name => name.endsWith('.md') && existsSync(join(root, name)))
}

export function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/**
 * The code of a page's fenced blocks in one language, in order. What a fragment takes for granted stands before it in a
 * comment that readers do not see: `<!-- given` and then declarations.
 */
export function codeBlocks(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^(?:<!-- given\\n([\\s\\S]*?)-->\\n+)?\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...read(page).matchAll(fence)].map(([, given = '', code = '']) => given + code)
}
