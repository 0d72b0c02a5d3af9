import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pages, read } from '../markdown.ts'

/** Anchors of a page's headings, as GitHub and the site make them. */
function anchors(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}

test('every link of a guide to a heading, on whatever page, leads to one', () => {
  const guides = pages().filter(page => page.startsWith('docs/guides/'))
  const links = guides.flatMap(page =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, path = '', anchor]) => ({
      target: path === '' ? page : join(page, '..', path),
      anchor: anchor as string,
    })),
  )
  expect(links.length).toBeGreaterThan(10)
  expect(links.filter(({ target, anchor }) => !anchors(target).includes(anchor))).toEqual([])
})
