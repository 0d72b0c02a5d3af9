import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { navigation, sidebar } from '../../docs/.vitepress/navigation.ts'
import { pageOf, pages as pagesOfSite } from '../../docs/.vitepress/pages.ts'
import { pages, read, root } from './markdown.ts'

interface Item {
  readonly text?: string
  readonly link?: string
  readonly items?: readonly Item[]
}

const linksOf = (items: readonly Item[]): readonly string[] =>
  items.flatMap(({ link, items: below = [] }) => [...(link === undefined ? [] : [link]), ...linksOf(below)])
const linkTo = (page: string) => `/${page.replace(/(?:(^|\/)index)?\.md$/, '$1')}`
const sidebars = Object.values(sidebar()) as readonly (readonly Item[])[]

// What takes a built site stands in docs/build.mjs: `npm run docs -- --check`.
test('every page of the repository but the README is a page of the site, and stands in a sidebar', () => {
  const written = pages().filter(page => page !== 'README.md')
  expect(written.length).toBeGreaterThan(40)
  const linked = sidebars.flatMap(linksOf)
  const missing = written.filter(page => page !== 'docs/index.md' && !linked.includes(linkTo(pageOf(page) as string)))
  expect(missing).toEqual([])
})

test('no page stands twice in a sidebar, and the navigation leads to pages that exist', () => {
  for (const items of sidebars) expect(linksOf(items)).toEqual([...new Set(linksOf(items))])
  const known = pagesOfSite().map(({ path }) => linkTo(path))
  expect(linksOf(navigation() as Item[]).filter(link => !known.includes(link))).toEqual([])
})

describe('the diagram of the way of a request', () => {
  const svg = read('docs/diagrams/request.svg')
  const names = [...svg.matchAll(/class="stage"[^>]*>([^<]+)</g)].flatMap(([, text = '']) => text.split(', '))

  test('names folders of core, and files, that are there', () => {
    expect(names.length).toBeGreaterThan(12)
    expect(names.filter(name => !existsSync(join(root, 'packages/core/src', name)))).toEqual([])
  })

  test('names every stage, in the order in which CONTRIBUTING.md has them', () => {
    const [way = ''] = /^request {2}[\s\S]*?^any stage.*$/m.exec(read('CONTRIBUTING.md')) ?? []
    const stages = [...way.matchAll(/^(?: *[├└]─ )?([a-z]+)(?:\/[\w-]+\.ts|\.ts)? {2,}/gm)].map(([, name]) => name)
    expect(stages.length).toBeGreaterThan(7)
    const shown = names.map(name => name.replace('.ts', ''))
    expect(shown.filter(name => stages.includes(name))).toEqual(stages)
  })
})

test.each(['request', 'key-set'])('the diagram %s says in words what it shows, and has colours for the dark', name => {
  const svg = readFileSync(join(root, `docs/diagrams/${name}.svg`), 'utf8')
  expect(svg).toMatch(/<title id="title">.{10,}<\/title>/)
  expect(svg).toMatch(/<desc id="desc">.{200,}<\/desc>/)
  expect(svg).toContain('prefers-color-scheme: dark')
})
