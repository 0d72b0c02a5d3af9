import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestIssuer, testClock } from '@scopeward/testing'
import { expect, test } from 'vitest'
import { SHELL_SCRIPT } from './main.support.ts'

const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')

/** A command of the README and the output that stands below it. */
function example(start: string): { readonly command: string; readonly output: string } {
  const blocks = [...readme.matchAll(/^```sh\n([^`]*)```\n\n```text\n([^`]*)```$/gm)]
  const [, command = '', output = ''] = blocks.find(([, text = '']) => text.startsWith(start)) ?? []
  return { command, output }
}

/** A folder with the files that the README takes for granted, and the command on the path. */
async function folder(): Promise<string> {
  const path = mkdtempSync(join(tmpdir(), 'scopeward-readme-'))
  await using issuer = await createTestIssuer({ clock: testClock('2026-01-31T11:58:00Z') })
  const claims = { iss: 'https://login.example.com', jti: '0b7c1d52' }
  const token = await issuer.token({
    audience: 'https://billing.example.com',
    clientId: 'reports',
    scope: 'controls:read',
    claims,
  })
  writeFileSync(join(path, 'token.txt'), token)
  writeFileSync(join(path, 'jwks.json'), JSON.stringify({ keys: [issuer.signingKey.publicJwk] }))
  writeFileSync(join(path, 'scopeward'), SHELL_SCRIPT)
  chmodSync(join(path, 'scopeward'), 0o755)
  return path
}

function run(command: string, cwd: string): Promise<{ readonly stdout: string; readonly code: unknown }> {
  const env = { ...process.env, PATH: `${cwd}:${process.env.PATH}` }
  return new Promise(resolve => {
    execFile('/bin/sh', ['-c', command], { cwd, env }, (error, stdout) => resolve({ stdout, code: error?.code ?? 0 }))
  })
}

test('the output in the README is what its command prints', async () => {
  const { command, output } = example('scopeward explain -')
  expect(command).toContain('--audience')
  const printed = await run(command, await folder())
  expect(printed.stdout).toBe(output)
  expect(printed.code).toBe(1)
})
