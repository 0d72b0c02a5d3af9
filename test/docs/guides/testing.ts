import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { forgeryNames } from '@scopeward/testing'
import type { Express } from 'express'
import { describe, expect, test } from 'vitest'
import { generatedFolder } from '../generated.ts'
import { root } from '../markdown.ts'
import { blockOf, originOf, runBlock, startIssuer } from './run-block.ts'

const folder = generatedFolder()
const run = promisify(execFile)

const given = "import { createApp } from './app.ts'\n"
writeFileSync(join(folder, 'app.ts'), blockOf('testing-your-api', 'export function createApp'))
writeFileSync(join(folder, 'vitest.spec.ts'), given + withoutGiven(blockOf('testing-your-api', "from 'vitest'")))
writeFileSync(join(folder, 'node.ts'), given + withoutGiven(blockOf('testing-your-api', "from 'node:test'")))

function withoutGiven(block: string): string {
  const declared = '): Express\n'
  return block.slice(block.indexOf(declared) + declared.length)
}

describe('the test file of the guide for Vitest, whose tests these are', async () => {
  await import(/* @vite-ignore */ pathToFileURL(join(folder, 'vitest.spec.ts')).href)
})

const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  rootDir: '.',
  noCheck: true, // the blocks are checked elsewhere; Node 20 needs them as JavaScript, and for that no types are read
  noResolve: true,
  types: [],
  rewriteRelativeImportExtensions: true,
}

test('the test file of the guide for node:test passes, every forgery included', async () => {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts', 'node.ts'] }))
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await run(process.execPath, ['--test-reporter', 'tap', 'node.js'], { cwd: folder, env })
  expect(stdout).toContain(`# pass ${forgeryNames().length + 1}\n`)
  expect(stdout).toContain('# fail 0\n')
})

async function createApp(trust: object): Promise<Express> {
  const { createApp } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'app.ts')).href)
  return createApp(trust)
}

async function call(app: Express, headers: Record<string, string>): Promise<Response> {
  return fetch(`${await originOf(app.listen(0, '127.0.0.1'))}/orders`, { headers })
}

test('the block that moves the clock runs to its end', async () => {
  const statusFor = async (app: Promise<Express>, token: string) =>
    (await call(await app, { authorization: `Bearer ${token}` })).status
  Object.assign(globalThis, { createApp, statusFor })
  const { issuer } = await runBlock(folder, blockOf('testing-your-api', 'clock.advance'), {
    'const issuer': 'export const issuer',
  })
  await (issuer as { stop(): Promise<void> }).stop()
})

test('the block with a token that is bound runs to its end (RFC 9449)', async () => {
  const issuer = await startIssuer()
  const app = await createApp(issuer.options)
  Object.assign(globalThis, { issuer, call: (headers: Record<string, string>) => call(app, headers) })
  await expect(runBlock(folder, blockOf('testing-your-api', 'createDpopKey'), {})).resolves.toBeDefined()
})
