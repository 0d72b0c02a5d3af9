import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { run } from '../dist/run.js'

const main: string = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** What a shell needs to run the built command as `scopeward`. */
export const SHELL_SCRIPT = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`

export interface Run {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

export interface Surroundings {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly isTTY?: boolean
  /** Ends what runs until Ctrl-C. */
  readonly interrupted?: () => Promise<unknown>
  /** Told of all that is printed. */
  readonly onPrinted?: (text: string) => void
}

/** Runs a command in this process: to start one takes half a second, and each command has a test that does. */
export async function scopeward(words: readonly string[], around: Surroundings = {}): Promise<Run> {
  const { input = '', env = {}, isTTY, interrupted = () => Promise.resolve(), onPrinted } = around
  const written = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string) => {
      written[name] += text
      onPrinted?.(text)
    },
  })
  const stdin = Readable.from(input === '' ? [] : [Buffer.from(input)])
  const code = await run(words, { stdin, stdout: into('stdout'), stderr: into('stderr'), env, interrupted })
  return { code, ...written }
}

/** Starts the built command as a process of its own, as everybody does. */
export function startScopeward(words: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [main, ...words], { env: { ...process.env, ...env } })
}

/** The same, until it ends. */
export function scopewardProcess(
  words: readonly string[],
  { input = '', env = {} }: Pick<Surroundings, 'input' | 'env'> = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = startScopeward(words, env)
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', code => resolve({ stdout, stderr, code }))
    // A command that fails at once does not read its input.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

/** Neither the token nor its signature may stand in what was printed. */
export function expectNoSecrets({ stdout, stderr }: Run, token: string): void {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  for (const text of [stdout, stderr]) {
    expect(text).not.toContain(token)
    expect(text).not.toContain(signature)
  }
}

/** What bad input must lead to: nothing on standard output, one clear message, no stack trace. */
export function expectClearFailure({ stdout, stderr, code }: Run, exitCode: number, sentence: RegExp): void {
  expect(stderr).toMatch(sentence)
  expect(stderr).toMatch(/^scopeward: /)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr).not.toContain('node:internal')
  expect(stderr).not.toContain('unexpected failure')
  expect({ stdout, code }).toEqual({ stdout: '', code: exitCode })
}

/** A file that only this run of the tests has. */
export function fileWith(name: string, content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'scopeward-cli-')), name)
  writeFileSync(path, content)
  return path
}

/** An address where nothing listens: it was free a moment ago. */
export function closedOrigin(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`))
    })
  })
}
