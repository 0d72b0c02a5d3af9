import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const home = new URL('..', import.meta.url)
const main = new URL('dist/main.js', home).pathname

/** So that nothing is left of a test that hangs: what is told to end ends its own processes. */
const TIMEOUT_MILLISECONDS = 55_000

/** They mostly wait. */
const PATIENT = { concurrent: true, timeout: 60_000 } as const

const ROWS = [
  'siem reads findings',
  'siem reads devices',
  'a person, with the scope',
  'what she registered reads findings',
  'the token of ticketing is remembered as verified',
  'from the change to the first refusal, process 1',
  'from the change to the first refusal, process 2',
  'ticketing reads, with a new token at once',
  'from the revocation to the first refusal, process 1',
  'from the revocation to the first refusal, process 2',
  'Redis hangs for over 8 s: any API client',
  'Redis is back: what was revoked meanwhile',
  'the same proof at process 2',
  'one proof at both at once',
  'Redis hangs again: soar isolates a device',
  'Redis is back again: soar isolates a device',
  'what was revoked before it restarted',
]

test('the check finds every request as expected and exits 0', PATIENT, async () => {
  const { code, stdout } = await run(process.execPath, [main, '--check'])
  expect(wrong(stdout)).toEqual([])
  expect(code).toBe(0)
  const verdicts = verdictsOf(stdout)
  for (const row of ROWS) expect([row, verdicts.get(row)]).toEqual([row, 'ok'])
  expect(stdout).toContain(`${verdicts.size} rows, all as expected`)
})

test(
  'the check of API processes that do not share a Redis database says WRONG where that matters and exits 1',
  PATIENT,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scopeward-example-'))
    const { code, stdout } = await checkBroken(`
      import { mkdirSync } from 'node:fs'
      const { once } = process
      const database = () => { try { mkdirSync('${folder}/first'); return 1 } catch { return 2 } }
      process.once = (name, listener) => once.call(process, name, name !== 'message' ? listener : settings =>
        listener({ ...settings, redisUrl: settings.redisUrl + '/' + database() }))`)
    rmSync(folder, { recursive: true })
    expect(code).toBe(1)
    expect(wrong(stdout)).toEqual([
      'from the change to the first refusal, process 1',
      'from the change to the first refusal, process 2',
      'ticketing reads, with the old token',
      'from the revocation to the first refusal, process 1',
      'from the revocation to the first refusal, process 2',
      'siem reads, with its token',
      'Redis is back: what was revoked meanwhile',
      'the same proof at process 2',
      'one proof at both at once',
      'what was revoked before it restarted',
    ])
    expect(stdout).toContain('NOT all as expected')
  },
)

const hasCurl = spawnSync('curl', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0

test.runIf(hasCurl)('the printed lines work in a shell, and SIGTERM ends every process', PATIENT, async () => {
  const { child, exited, text } = await started([], 'Ctrl+C')
  const children = childrenOf(child)
  const lines = text.split('\n').filter(line => /^(curl|sleep|node|[A-Z]+=)/.test(line))
  const { stdout } = await run('bash', ['-c', lines.join('\n')])
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  const statuses = [...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(match => Number(match[1]))
  expect(statuses).toEqual([200, 201, 403, 204, 401, 401, 200, 403, 204, 401, 401])
  expect([...stdout.matchAll(/^(?:A new|The same) proof at .*: (?!503)(.*)$/gm)].map(match => match[1])).toEqual([
    '202 by soar',
    '401 invalid_dpop_proof',
  ])
  expect(children.length).toBe(3)
  expect(children.filter(isAlive)).toEqual([])
})

test('Ctrl+C in the middle of a check ends every process, and the check has failed', PATIENT, async () => {
  const { child, exited } = await started(['--check'], 'A Redis that has just started')
  const children = childrenOf(child)
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT') // the whole group, as a terminal does
  expect(await exited).toEqual([1, null])
  expect(children.length).toBe(3)
  expect(children.filter(isAlive)).toEqual([])
})

test('where an API process dies the others end too, with exit code 1', PATIENT, async () => {
  const { child, exited } = await started([], 'Ctrl+C')
  const children = childrenOf(child)
  const api = children.find(({ command }) => command.includes('api-server'))
  if (api === undefined) throw new Error('no API process')
  process.kill(api.id, 'SIGKILL')
  expect(await exited).toEqual([1, null])
  expect(children.filter(isAlive)).toEqual([])
})

test('without Redis it says in a sentence what to do and exits 1', async () => {
  const missing = await run(process.execPath, [main, '--check'], { PATH: '/nowhere' })
  expect(missing).toMatchObject({ code: 1, stdout: '' })
  expect(missing.stderr).toMatch(/^This example needs Redis 7: install redis-server .*\n$/)
  const unreachable = await run(process.execPath, [main, '--check', '--redis', 'redis://127.0.0.1:1'])
  expect(unreachable).toMatchObject({ code: 1, stdout: '' })
  expect(unreachable.stderr).toMatch(/^No Redis can be reached there: .*\n$/)
})

test('the code in the README stands in the sources', () => {
  const files = readdirSync(new URL('src', home), { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts'),
  )
  const source = files.map(name => readFileSync(new URL(`src/${name}`, home), 'utf8')).join('\n')
  const readme = readFileSync(new URL('README.md', home), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(match => match[1] ?? '')
  expect(blocks.length).toBeGreaterThan(1)
  for (const block of blocks) expect(unindented(source)).toContain(unindented(block))
})

function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '')
}

/** Runs the check with a module loaded before, in every process, that breaks something. */
function checkBroken(module: string): ReturnType<typeof run> {
  return run(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(module)}`, main, '--check'])
}

interface Ended {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise(resolve => {
    execFile(file, args, { env: { ...process.env, ...env }, timeout: TIMEOUT_MILLISECONDS }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

/** As soon as it has printed the text. */
async function started(args: readonly string[], text: string) {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    timeout: TIMEOUT_MILLISECONDS,
  })
  const exited = once(child, 'exit')
  let output = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk
    if (output.includes(text)) break
  }
  child.stdout.resume()
  child.stderr.resume()
  return { child, exited, text: output }
}

interface Process {
  readonly id: number
  readonly command: string
}

function childrenOf({ pid }: ChildProcess): readonly Process[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' })
  return [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)]
    .filter(match => Number(match[1]) === pid)
    .map(([, , id, command = '']) => ({ id: Number(id), command }))
}

function isAlive({ id }: Process): boolean {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}

/** Verdict by request. */
function verdictsOf(table: string): ReadonlyMap<string, string> {
  const rows = [...table.matchAll(/^(\S.*?) {2,}.* (ok|WRONG)$/gm)]
  return new Map(rows.map(([, request = '', verdict = '']) => [request, verdict]))
}

function wrong(table: string): readonly string[] {
  return [...verdictsOf(table)].filter(([, verdict]) => verdict === 'WRONG').map(([request]) => request)
}
