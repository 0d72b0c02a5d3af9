import { readFileSync } from 'node:fs'
import { codeBlocks, read } from '../../docs/markdown.ts'

/** What a page says about one request. */
export interface PageRow {
  readonly request: string
  readonly before: number
  readonly after: number
  /** Of the refusal; a dash where Scopeward refuses nothing. */
  readonly code: string
}

const SECTION = /^## What each request gets\n([\s\S]*?)^## /m

/** The table below "What each request gets". */
export function rowsOf(page: string): readonly PageRow[] {
  const lines = (SECTION.exec(read(page))?.[1] ?? '').split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line => {
    const [request = '', before, after, code = ''] = line.slice(1, -1).split('|')
    return {
      request: request.trim(),
      before: Number(before),
      after: Number(after),
      code: code.trim().replaceAll('`', ''),
    }
  })
}

/** Which of the page's blocks stand in none of these sources; indentation aside. */
export function strayBlocks(page: string, sources: readonly string[]): readonly string[] {
  const texts = sources.map(source => unindented(sourceOf(source)))
  return codeBlocks(page, 'ts').filter(block => !texts.some(text => text.includes(unindented(block))))
}

function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '')
}

/** By its path below test/migration. */
export function sourceOf(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
}
