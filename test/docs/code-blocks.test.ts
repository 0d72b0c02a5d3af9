import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { generatedFolder } from './generated.ts'
import { codeBlocks, pages, read, root } from './markdown.ts'

const run = promisify(execFile)
const tsc = join(root, 'node_modules/.bin/tsc')
const folder = generatedFolder()

/** Its blocks stand word for word in the example's own source, which a test of the example holds. */
const EXCERPTS: readonly string[] = ['examples/controls-api/README.md']

test('every TypeScript block of the README, the docs and the package READMEs compiles as it stands', async () => {
  const blocks = pages()
    .filter(page => !EXCERPTS.includes(page))
    .flatMap(page => codeBlocks(page, 'ts').map((code, index) => ({ page, index, code })))
  expect(blocks.length).toBeGreaterThan(8)
  for (const { page, index, code } of blocks) {
    // One folder each, so that the module augmentation of one block is not seen by another.
    const home = join(folder, `${page.replaceAll('/', '_')}_${index}`)
    mkdirSync(home)
    writeFileSync(join(home, 'block.ts'), `${code}\nexport {}\n`)
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(configuration))
  }
  const failures: string[] = []
  for (const { page, index } of blocks) {
    const home = join(folder, `${page.replaceAll('/', '_')}_${index}`)
    const { stdout } = await run(tsc, ['-p', home]).catch(error => error as { stdout: string })
    if (stdout !== '') failures.push(`${page}, block ${index + 1}: ${stdout}`)
  }
  expect(failures).toEqual([])
}, 120_000)

test('no page declares `process` out of sight: what it shows has to take variables that may be missing', () => {
  const givens = pages().flatMap(page =>
    [...read(page).matchAll(/<!-- given\n([\s\S]*?)-->/g)].map(([, given = '']) => ({ page, given })),
  )
  expect(givens.length).toBeGreaterThan(3)
  expect(givens.filter(({ given }) => /declare (?:const|var|let) process\b/.test(given))).toEqual([])
})

const configuration = {
  extends: '../../../../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    noEmit: true,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    skipLibCheck: true,
  },
}
