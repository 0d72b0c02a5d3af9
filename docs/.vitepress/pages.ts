import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository: pages stand beside the code that they describe, not in docs/ alone. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

/** What VitePress finds below the repository and is no page. The README says in one page what the site says in many. */
export const NO_PAGES: string[] = ['README.md', 'test/**', 'packages/*/*/**', 'examples/*/*/**', 'coverage/**']

const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^docs\/(.+\.md)$/, '$1'],
  [/^packages\/([^/]+)\/README\.md$/, 'packages/$1.md'],
  [/^packages\/([^/]+)\/CHANGELOG\.md$/, 'changelog/$1.md'],
  [/^examples\/README\.md$/, 'examples/index.md'],
  [/^examples\/([^/]+)\/README\.md$/, 'examples/$1.md'],
  [/^SECURITY\.md$/, 'security.md'],
  [/^CONTRIBUTING\.md$/, 'contributing.md'],
  [/^CHANGELOG\.md$/, 'changelog.md'],
  [/^README\.md$/, 'index.md'],
]

/** Where on the site a Markdown file of the repository stands, `undefined` for a file that is no page. */
export function pageOf(file: string): string | undefined {
  const place = PLACES.find(([pattern]) => pattern.test(file))
  return place && file.replace(place[0], place[1])
}

export interface Page {
  /** On the site, such as `guides/dpop.md`. */
  readonly path: string
  /** Its first heading, without marks. */
  readonly title: string
}

/** Every page, whoever writes it: what is in the folders when the site is built. */
export function pages(): readonly Page[] {
  const below = (folder: string) => readdirSync(join(ROOT, folder)).map(name => join(folder, name, 'README.md'))
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md') && !/^(?:node_modules|\.vitepress)\b/.test(name))
    .map(name => join('docs', name))
  return [...docs, 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md']
    .concat(below('packages'), below('examples'))
    .filter(file => existsSync(join(ROOT, file)))
    .map(file => ({ path: pageOf(file) as string, title: titleOf(file) }))
}

function titleOf(file: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1]
  if (heading === undefined) throw new Error(`${file} has no heading, so that the navigation has no name for it`)
  // The sidebar takes it for HTML.
  return heading.replaceAll(/[`*\\]/g, '').replaceAll('<', '&lt;')
}
