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

/** Their blocks stand word for word in sources that are compiled and run; a test beside those holds it. */
const EXCERPTS: readonly string[] = [
  'examples/controls-api/README.md',
  'docs/guides/hono.md',
  'docs/guides/nestjs.md',
  'docs/migration/aws-jwt-verify.md',
  'docs/migration/express-jwt.md',
  'docs/migration/express-oauth2-jwt-bearer.md',
  'docs/migration/fastify-jwt.md',
  'docs/migration/index.md',
]

test('every TypeScript block of the README, the docs and the package READMEs compiles as it stands', async () => {
  const blocks = pages()
    .filter(page => !EXCERPTS.includes(page))
    .flatMap(page => codeBlocks(page, 'ts').map((code, index) => ({ name: nameOf(page, index), code })))
  expect(blocks.length).toBeGreaterThan(8)
  const isAlone = ({ code }: { readonly code: string }) => code.includes('declare module')
  const failures: string[] = []
  for (const together of [blocks.filter(block => !isAlone(block)), ...blocks.filter(isAlone).map(block => [block])]) {
    failures.push(await compiled(together))
  }
  expect(failures.join('')).toBe('')
}, 120_000)

function nameOf(page: string, index: number): string {
  return `${page.replaceAll('/', '_')}_block-${index + 1}.ts`
}

let programs = 0

/**
 * What the compiler says of these blocks, each a module of its own. In one program, because each costs a third of a second;
 * but those that augment modules each in one of their own, where no other block sees it.
 */
async function compiled(blocks: readonly { readonly name: string; readonly code: string }[]): Promise<string> {
  const home = join(folder, String(programs++))
  mkdirSync(home)
  for (const { name, code } of blocks) writeFileSync(join(home, name), `${code}\nexport {}\n`)
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(configuration))
  const { stdout } = await run(tsc, ['-p', home]).catch(error => error as { stdout: string })
  return stdout
}

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
