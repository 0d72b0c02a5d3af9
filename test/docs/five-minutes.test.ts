import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generatedFolder } from './generated.ts'
import { codeBlocks, read, root } from './markdown.ts'

const PAGE = 'docs/five-minutes.md'
const ISSUER = 'http://127.0.0.1:9400'
const API = 'http://127.0.0.1:3000'

const folder = generatedFolder()
const [script] = codeBlocks(PAGE, 'js') as [string]
const commands = codeBlocks(PAGE, 'sh').flatMap(block => block.trim().split('\n'))
const children: ChildProcess[] = []
let issuerUrl: string
let api: { readonly url: string; readonly lines: AsyncIterator<string> }

beforeAll(async () => {
  issuerUrl = (await nextLine(scopeward('issuer'))).split(' ')[1] as string
  const file = join(folder, 'api.js')
  const report = "server.once('listening', () => console.log(server.address().port))\n"
  writeFileSync(
    file,
    `${script.replace(ISSUER, issuerUrl).replace('app.listen(3000)', 'const server = app.listen(0)')}${report}`,
  )
  const lines = linesOf([file])
  api = { url: `http://127.0.0.1:${await nextLine(lines)}`, lines }
})
afterAll(() => {
  for (const child of children) child.kill()
})

test('each call on the page gets the answer that stands below it, and the API says why it refused', async () => {
  const token = await nextLine(scopeward('mint'))
  const calls = commands.filter(line => line.startsWith('curl'))
  const answers = codeBlocks(PAGE, 'http')
  expect([calls.length, answers.length]).toEqual([3, 3])
  for (const [index, call] of calls.entries()) await expectAnswer(call, token, answers[index] as string)

  const said = /^```\n(refused: [\s\S]*?)\n```$/m.exec(read(PAGE))?.[1]?.split('\n') as string[]
  expect(said).toHaveLength(2)
  for (const line of said) expect(await nextLine(api.lines)).toBe(line)
})

test('the page installs what its code imports and what it runs', () => {
  const installed = commands.filter(line => line.startsWith('npm install')).flatMap(line => line.split(' '))
  const imported = [...script.matchAll(/from '((?!node:)[^']+)'/g)].map(([, name]) => name)
  expect(imported).toHaveLength(2)
  for (const name of [...imported, '@scopeward/cli']) expect(installed).toContain(name)
})

/** Sends what the line of curl would, and looks for each line of the answer as the page shows it. */
async function expectAnswer(call: string, token: string, shown: string): Promise<void> {
  const [, method = 'GET'] = /-X (\w+)/.exec(call) ?? []
  const url = (call.split(' ').at(-1) as string).replace(API, api.url)
  const headers = call.includes('$TOKEN') ? { authorization: `Bearer ${token}` } : {}
  const response = await fetch(url, { method, headers })
  const [head = '', body] = shown.trim().split('\n\n')
  const [status, ...fields] = head.split('\n')
  expect(`HTTP/1.1 ${response.status} ${response.statusText}`).toBe(status)
  for (const field of fields) {
    const [name, value] = field.split(/: (.*)/)
    expect(response.headers.get(name as string)).toBe(value)
  }
  if (body !== undefined) expect(await response.text()).toBe(body)
}

/** The page's own command of that name; the issuer on a free port, and the others with the one it got. */
function scopeward(command: string): AsyncIterator<string> {
  const line = commands.find(each => each.includes(`scopeward ${command}`)) as string
  const words = line
    .replace(/^.*npx scopeward /, '')
    .replace(/\)$/, '')
    .split(' ')
  const ownPorts = words.map(word => (word === '9400' ? '0' : word.replace(ISSUER, issuerUrl)))
  return linesOf([join(root, 'packages/cli/dist/main.js'), ...ownPorts])
}

function linesOf(words: readonly string[]): AsyncIterator<string> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return createInterface(child.stdout)[Symbol.asyncIterator]()
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next()
  if (done) throw new Error('it ended, and said no more')
  return value
}
