import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestIssuer } from '@scopeward/testing'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audience, createApi } from '../src/api.ts'
import { partners, startAuthorizationServer } from '../src/authorization-server.ts'
import { curlLines } from '../src/curl.ts'
import { PartnerClient } from '../src/partner-client.ts'

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

test('the process makes every call, counts what they cost, prints a row for each, and exits 0', async () => {
  const { stdout } = await run(process.execPath, [main, '--check'])
  expect(rowsOf(stdout)).toEqual([
    'acme lists its orders | 200 1001 1003 | 200 1001 1003 | ok',
    'globex lists its orders | 200 1002 | 200 1002 | ok',
    'acme lists the orders of globex | 403 insufficient_scope | 403 insufficient_scope | ok',
    'acme reads its order | 200 1001 | 200 1001 | ok',
    'acme reads an order of globex | 403 insufficient_scope | 403 insufficient_scope | ok',
    'acme reads it as its own | 404 | 404 | ok',
    'token for another audience | 401 invalid_token | 401 invalid_token | ok',
    'no token | 401 challenge | 401 challenge | ok',
    'public route | 200 | 200 | ok',
    '100 requests of acme | 100 answered | 100 answered | ok',
    'their token requests | 1 | 1 | ok',
    'key-set fetches since the start | 1 | 1 | ok',
    'signatures checked for them | 1 | 1 | ok',
    'events with cached: true | 99 | 99 | ok',
    'token requests of 20 callers at once | 1 | 1 | ok',
    'the same 90 s before it expires | 0 | 0 | ok',
    'the same 30 s before it expires | 1 | 1 | ok',
  ])
  expect(stdout).toContain('17 rows, all as expected')
})

/** Loaded before the example, this answers every request of its API before the guard is asked. */
const letsEverybodyIn = `
  import { subscribe } from 'node:diagnostics_channel'
  subscribe('fastify.initialization', ({ fastify }) => {
    fastify.addHook('onRequest', async (request, reply) => reply.send([{ id: '1002' }]))
  })`

test('the process prints WRONG and exits 1 where the API lets everybody in', async () => {
  const broken = ['--import', `data:text/javascript,${encodeURIComponent(letsEverybodyIn)}`]
  const { status, stdout } = spawnSync(process.execPath, [...broken, main, '--check'], { encoding: 'utf8' })
  expect(rowsOf(stdout)).toContain('globex lists its orders | 200 1002 | 200 1002 | ok')
  expect(rowsOf(stdout)).toContain('acme reads an order of globex | 403 insufficient_scope | 200 1002 | WRONG')
  expect(rowsOf(stdout)).toContain('token for another audience | 401 invalid_token | 200 1002 | WRONG')
  expect(rowsOf(stdout)).toContain('events with cached: true | 99 | 0 | WRONG')
  expect(stdout).toContain('NOT all as expected')
  expect(status).toBe(1)
})

test('a partner client that got no token says why, and asks again on the next call', async () => {
  const acme = new PartnerClient({ ...partners.acme, audience, tokenEndpoint: issuer.tokenEndpoint })
  issuer.setFault('unavailable', 'token')
  const failed = await Promise.allSettled([acme.token(), acme.token()])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(acme.token()).rejects.toThrow(`No token from ${issuer.tokenEndpoint}: 503 {}`)
  issuer.setFault(undefined)
  expect((await acme.get(`${api}/v1/acme/orders`)).status).toBe(200)
})

const hasShell = spawnSync('curl', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0

test.runIf(hasShell)('every printed line, pasted into a shell, gets what stands beside it', async () => {
  const lines = curlLines(api, issuer.tokenEndpoint).join('\n')
  const { stdout } = await run('bash', ['-c', lines])
  const statuses = [...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(match => match[1])
  expect(statuses).toEqual([...lines.matchAll(/^# .*: (\d+)$/gm)].map(match => match[1]))
  expect(statuses).toHaveLength(5)
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
