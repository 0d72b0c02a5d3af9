import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { pageOf, ROOT } from './pages.ts'

type Token = ReturnType<MarkdownRenderer['parse']>[number]

/** Where a page stands in the repository; the search index knows it by `path` alone. */
interface Place {
  readonly path: string
  readonly realPath?: string
}

/** Files that pages link to and that are no pages: the source that stops an attack, the test that proves a requirement. */
const linked = new Set<string>()
const broken = new Set<string>()

/**
 * Links are written for readers of the repository. On the site one to a Markdown file leads to its page, and one to a source
 * file to a copy of that file, so that it shows the version that the page describes, without any other host.
 */
export function useRepositoryLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const place = env as Place
    const file = relative(ROOT, place.realPath ?? place.path)
    const links = tokens.flatMap(token => token.children ?? []).filter(({ type }) => type === 'link_open')
    for (const link of links) link.attrSet('href', onSite(String(link.attrGet('href')), file))
  })
}

function onSite(href: string, file: string): string {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const target = fileFor(join(dirname(file), decodeURIComponent(path)))
  if (target === undefined) {
    broken.add(`${file} links to ${path}`)
    return '#'
  }
  const page = pageOf(target)
  if (page === undefined) linked.add(target)
  return (page === undefined ? copyOf(target) : `/${page}`) + (anchor === undefined ? '' : `#${anchor}`)
}

/** A folder stands for the page in it, or for its files. */
function fileFor(target: string): string | undefined {
  return [join(target, 'README.md'), join(target, 'index.md'), target].find(file => existsSync(join(ROOT, file)))
}

/** As text: servers do not know `.ts`, or take it for a film. */
function copyOf(file: string): string {
  return `/source/${file}.txt`
}

/** After all pages are rendered. @throws Error for links that lead nowhere */
export function copyLinkedFiles(outDir: string): void {
  for (const file of linked) {
    const copy = join(outDir, copyOf(file))
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, textOf(join(ROOT, file)))
  }
  if (broken.size > 0) throw new Error(`These lead nowhere:\n${[...broken].join('\n')}`)
}

/** The files of a folder one below the other, so that one link shows an example that consists of several. */
function textOf(path: string): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8')
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/\/(?:node_modules|dist)\b/.test(entry.parentPath))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(file => `// ${relative(ROOT, file)}\n\n${readFileSync(file, 'utf8')}`)
    .join('\n')
}

/** Comments hold what a code block takes for granted: for the compiler, not for readers and not for the search. */
export function useNoComments(md: MarkdownRenderer): void {
  md.core.ruler.push('no-comments', ({ tokens }) => {
    for (const token of tokens) {
      if (isComment(token)) token.content = ''
    }
  })
}

function isComment({ type, content }: Token): boolean {
  return type === 'html_block' && /^<!--[\s\S]*-->\s*$/.test(content)
}

/** Text is text: VitePress hands pages to Vue, which would evaluate what stands between double braces. */
export function useNoInterpolation(md: MarkdownRenderer): void {
  const { text } = md.renderer.rules
  md.renderer.rules.text = (...args) => (text?.(...args) ?? '').replaceAll('{{', '&#123;&#123;')
}
