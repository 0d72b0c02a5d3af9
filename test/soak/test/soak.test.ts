import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { Findings } from '../src/report/report.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const TEST_TIMEOUT_MILLISECONDS = 60_000

interface Run {
  readonly code: number
  readonly findings: Findings & { readonly defects: readonly string[] }
}

/** As a user starts it; that it ends is part of what is tested. */
async function soak(...args: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-soak-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const json = join(folder, 'findings.json')
  const code = await new Promise<number>(resolve => {
    execFile(process.execPath, [MAIN, '--json', json, ...args], error =>
      resolve(error === null ? 0 : Number(error.code)),
    )
  })
  return { code, findings: JSON.parse(readFileSync(json, 'utf8')) }
}

function answersWith(verdict: string, { answers }: Findings): number {
  return Object.values(answers).reduce((sum, verdicts) => sum + (verdicts[verdict] ?? 0), 0)
}

test(
  'five seconds of everything at once: no wrong answer, no leak, and a process that ends by itself',
  async () => {
    const { code, findings } = await soak('--minutes', '0.085')
    expect(findings.defects, `with --seed ${findings.seed}`).toEqual([])
    expect(code).toBe(0)
    expect(findings.exitedByItself).toBe(true)
    const verdicts = ['granted', 'token_expired', 'key_unknown', 'signature_invalid']
    for (const verdict of verdicts) expect([verdict, answersWith(verdict, findings) > 0]).toEqual([verdict, true])
    const { rotations, revocations, outages } = findings.disturbed
    expect([rotations, revocations, outages].every(count => count > 0)).toBe(true)
  },
  TEST_TIMEOUT_MILLISECONDS,
)

test(
  'a server that takes one client for another now and then is caught',
  async () => {
    const { code, findings } = await soak('--minutes', '0.05', '--plant', 'identity')
    expect(code).toBe(1)
    expect(findings.defects).toContainEqual(expect.stringMatching(/^WRONG .*expected .*granted, got 200/))
  },
  TEST_TIMEOUT_MILLISECONDS,
)

test(
  'a server that lets expired tokens in, forgets timers and does not end is caught at all three',
  async () => {
    const { code, findings } = await soak('--minutes', '0.05', '--plant', 'expired,timer')
    expect(code).toBe(1)
    expect(findings.defects).toContainEqual(expect.stringMatching(/^WRONG .*expected token_expired, got 200/))
    expect(findings.defects).toContainEqual(expect.stringMatching(/^LEAK when idle: \d+ Timeout/))
    expect(findings.defects).toContain('SHUTDOWN the server did not exit by itself')
  },
  TEST_TIMEOUT_MILLISECONDS,
)
