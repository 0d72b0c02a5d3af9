import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pages, read, root } from './markdown.ts'

test('every relative link of the docs leads to a file', () => {
  const broken = pages().flatMap(page =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(match => join(root, page, '..', match[1] as string))
      .filter(target => !existsSync(target)),
  )
  expect(broken).toEqual([])
})
