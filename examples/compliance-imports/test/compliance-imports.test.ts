import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestIssuer } from '@scopeward/testing'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../src/api.ts'
import { startAuthorizationServer } from '../src/authorization-server.ts'
import { calls, curlLines } from '../src/calls.ts'

const run = promisify(execFile)
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

let issuer: TestIssuer
let app: FastifyInstance
let api: string
beforeAll(async () => {
  issuer = await startAuthorizationServer()
  app = await createApi(issuer.options)
  api = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await app.close()
  await issuer.stop()
})

test('the process makes every call, prints a row for each, and exits 0', async () => {
  const { stdout } = await run(process.execPath, [main, '--check'])
  expect(rowsOf(stdout)).toEqual([
    'importer schedules JSON | 202 | 202 | ok',
    'its Location | an id | an id | ok',
    'importer schedules CSV | 202 | 202 | ok',
    'malformed JSON | 400 | 400 | ok',
    'JSON without records | 400 | 400 | ok',
    'malformed CSV | 400 | 400 | ok',
    'CSV without a record | 400 | 400 | ok',
    'empty file | 400 | 400 | ok',
    'another content type | 415 | 415 | ok',
    'importer lists imports | 403 insufficient_scope | 403 insufficient_scope | ok',
    'importer reads its own import | 403 insufficient_scope | 403 insufficient_scope | ok',
    'importer reads reports | 403 insufficient_scope | 403 insufficient_scope | ok',
    'importer administers | 403 insufficient_scope | 403 insufficient_scope | ok',
    'imports, but not by API | 403 insufficient_scope | 403 insufficient_scope | ok',
    'refresh token | 401 invalid_token | 401 invalid_token | ok',
    'no token | 401 challenge | 401 challenge | ok',
    'administrator lists imports | 200 | 200 | ok',
    'administrator reads the import | 200 | 200 | ok',
    'administrator reads reports | 200 | 200 | ok',
    'administrator administers | 204 | 204 | ok',
    'public route | 200 | 200 | ok',
    'file of more than 5 MiB | 413 | 413 | ok',
  ])
  expect(stdout).toContain('22 rows, all as expected')
})

/** Loaded before the example, this answers every request of its API before the guard is asked. */
const letsEverybodyIn = `
  import { subscribe } from 'node:diagnostics_channel'
  subscribe('fastify.initialization', ({ fastify }) => {
    fastify.addHook('onRequest', async (request, reply) => reply.code(202).send())
  })`

test('the process prints WRONG and exits 1 where the API lets everybody in', async () => {
  const broken = ['--import', `data:text/javascript,${encodeURIComponent(letsEverybodyIn)}`]
  const { status, stdout } = spawnSync(process.execPath, [...broken, main, '--check'], { encoding: 'utf8' })
  expect(rowsOf(stdout)).toContain('importer schedules CSV | 202 | 202 | ok')
  expect(rowsOf(stdout)).toContain('importer reads reports | 403 insufficient_scope | 202 | WRONG')
  expect(rowsOf(stdout)).toContain('refresh token | 401 invalid_token | 202 | WRONG')
  expect(stdout).toContain('NOT all as expected')
  expect(status).toBe(1)
})

test('a JSON and a CSV file become the same records, from the source that the token names', async () => {
  const admin = { authorization: `Bearer ${await adminToken()}` }
  const post = async (type: string, body: string) => {
    const response = await fetch(`${api}/v1/imports`, {
      method: 'POST',
      headers: { ...admin, 'content-type': type },
      body,
    })
    return (await fetch(api + response.headers.get('location'), { headers: admin })).json()
  }
  const records = [{ person: '4711', country: 'PT' }]
  expect(await post('application/json', JSON.stringify({ source: 'payroll', records }))).toMatchObject({
    source: 'payroll',
    scheduledBy: 'console',
    records,
  })
  expect(await post('text/csv; charset=utf-8', '\uFEFFperson, country\r\n4711, PT\r\n')).toMatchObject({
    source: 'console',
    scheduledBy: 'console',
    records,
  })
})

async function adminToken(): Promise<string> {
  return issuer.token({
    audience: 'https://compliance.example.com',
    clientId: 'console',
    claims: { permissions: ['api-access', 'imports', 'import-history'] },
  })
}

const hasShell = spawnSync('curl', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0

test.runIf(hasShell)('every printed line, pasted into a shell, gets what stands beside it', async () => {
  const { stdout } = await run('bash', ['-c', curlLines(api, issuer.tokenEndpoint).join('\n')])
  const statuses = [...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(match => match[1])
  expect(statuses).toEqual(calls.map(call => call.expected.slice(0, 3)))
})

/** The table without its head. */
function rowsOf(printed: string): readonly string[] {
  const table = printed.split('\n\n')[0] ?? ''
  return table
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => line.split(/ {2,}/).join(' | '))
}
