import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const home = new URL('..', import.meta.url)
const main = new URL('dist/main.js', home).pathname

const ROWS = [
  'get a token',
  'read: user with the scope',
  'read: service with the role',
  'list: own organization',
  'list by name: another',
  'read: in another organization',
  'create: user with the scope',
  'create: service with the role',
  'create: user without the scope',
  'create: service without the role',
  "create: user with the service's role",
  "create: service with the user's scope",
  "delete: administrator's client",
  'clients: user sees her own',
  'clients: administrator',
  'token under the previous secret',
  'token under an unknown secret',
  'token signed with RS256',
  'token not signed (none)',
  'token of another version',
]

test('the check finds every request as expected and exits 0', async () => {
  const { code, stdout } = await run(process.execPath, [main, '--check'])
  expect(code).toBe(0)
  const verdicts = verdictsOf(stdout)
  for (const row of ROWS) expect([row, verdicts.get(row)]).toEqual([row, 'ok'])
  expect(new Set(verdicts.values())).toEqual(new Set(['ok']))
  expect(stdout).toContain(`${verdicts.size} requests, all as expected`)
})

test('the check of an API whose store forgets the organization says WRONG there and exits 1', async () => {
  const { code, stdout } = await checkBroken(`
    import { ControlStore } from '${new URL('dist/store.js', home)}'
    const { find } = ControlStore.prototype
    ControlStore.prototype.find = function (organization, id) {
      return find.call(this, 'acme', id) ?? find.call(this, 'globex', id)
    }`)
  expect(code).toBe(1)
  expect(wrong(stdout)).toEqual([
    'read: in another organization',
    'change: in another organization',
    'delete: in another organization',
    "delete: administrator's client",
  ])
  expect(stdout).toContain('NOT all as expected')
})

test('the check says WRONG where the role of an administrator decides if everybody has it, and exits 1', async () => {
  const { code, stdout } = await checkBroken(`
    import { users } from '${new URL('dist/store.js', home)}'
    users.set('user-grace', ['administrator'])`)
  expect(code).toBe(1)
  expect(wrong(stdout)).toEqual([
    "delete: user without the administrator's role",
    "delete: administrator's client",
    'clients: user sees her own',
  ])
})

const hasCurl = spawnSync('curl', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0

test.runIf(hasCurl)('the printed lines work in a shell, and SIGTERM ends everything', async () => {
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    let guide = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      guide += chunk
      if (guide.includes('Ctrl+C')) break
    }
    const lines = guide.split('\n').filter(line => /^(curl|[A-Z]+=)/.test(line))
    const { stdout } = await run('bash', ['-c', lines.join('\n')])
    const statuses = [...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(match => Number(match[1]))
    expect(statuses).toEqual([200, 404, 201, 201, 403, 204, 200, 200])
  } finally {
    child.kill('SIGTERM')
  }
  expect(await exited).toEqual([0, null])
})

test('the code in the README stands in the sources', () => {
  const source = readFileSync(new URL('src/api.ts', home), 'utf8')
  const readme = readFileSync(new URL('README.md', home), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(match => match[1] ?? '')
  expect(blocks.length).toBeGreaterThan(1)
  for (const block of blocks) expect(unindented(source)).toContain(unindented(block))
})

function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '')
}

/** Runs the check with a module loaded before that breaks something. */
function checkBroken(module: string): ReturnType<typeof run> {
  return run(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(module)}`, main, '--check'])
}

function run(file: string, args: readonly string[]): Promise<{ readonly code: unknown; readonly stdout: string }> {
  return new Promise(resolve => {
    execFile(file, args, (error, stdout) => resolve({ code: error === null ? 0 : error.code, stdout }))
  })
}

/** Verdict by request. */
function verdictsOf(table: string): ReadonlyMap<string, string> {
  const rows = [...table.matchAll(/^(\S.*?) {2,}.* (ok|WRONG)$/gm)]
  return new Map(rows.map(([, request = '', verdict = '']) => [request, verdict]))
}

function wrong(table: string): readonly string[] {
  return [...verdictsOf(table)].filter(([, verdict]) => verdict === 'WRONG').map(([request]) => request)
}
