import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generatedFolder } from './generated.ts'
import { codeBlocks } from './markdown.ts'

const folder = generatedFolder()
const [expressQuickStart, fastifyQuickStart, , coreQuickStart, , testingQuickStart] = codeBlocks(
  'README.md',
  'ts',
) as string[]
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

/** Runs a block of the README; only the issuer and the port are replaced by those of the test. */
async function execute(name: string, code: string, exported: string): Promise<Record<string, unknown>> {
  const file = join(folder, `${name}.ts`)
  const issuerOption = `issuer: '${issuer.issuer}', allowHttpOnLoopback: true`
  writeFileSync(
    file,
    `${code.replaceAll("issuer: 'https://login.example.com'", issuerOption).replace('app.listen(3000)', 'const server = app.listen(0)').replace('port: 3000', 'port: 0')}\n${exported}\n`,
  )
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
}

interface Running {
  readonly url: string
  readonly server: Server
}

function running(server: Server): Running {
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

describe.each([
  [
    'Express',
    () =>
      execute('express', expressQuickStart as string, 'export { server }').then(block =>
        running(block.server as Server),
      ),
    '/v1/controls/7',
    'PUT',
  ],
  [
    'Fastify',
    () =>
      execute('fastify', fastifyQuickStart as string, 'export const server = app.server').then(block =>
        running(block.server as Server),
      ),
    '/v1/controls',
    'POST',
  ],
] as const)('the %s quick start of the README', (_name, start, path, write) => {
  let api: Running
  beforeAll(async () => {
    api = await start()
  })
  afterAll(() => {
    api.server.close()
    api.server.closeAllConnections()
  })

  const call = async (method: string, url: string, token?: string) =>
    fetch(api.url + url, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

  test('serves a caller whose token carries the scope', async () => {
    const response = await call('GET', path, await issuer.token({ scope: 'controls:read', clientId: 'report' }))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ caller: 'report' })
  })

  test('accepts the broader scope where the narrower one is required', async () => {
    expect((await call('GET', path, await issuer.token({ scope: 'controls:write' }))).status).toBe(200)
  })

  test('refuses a write without the scope and names it (RFC 6750 section 3.1)', async () => {
    const response = await call(write, path, await issuer.token({ scope: 'controls:read' }))
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="controls:write"')
  })

  test('refuses a request without a token and leaves the public route open', async () => {
    expect((await call('GET', path)).status).toBe(401)
    expect((await call('GET', '/health')).status).toBe(200)
  })
})

test('the quick start without a framework answers requests and reads messages', async () => {
  const { handle, consume } = await execute('core', coreQuickStart as string, '')
  const ask = handle as (request: Request) => Promise<Response>
  const token = await issuer.token({ scope: 'jobs:run', clientId: 'worker' })
  const granted = await ask(new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } }))
  expect([granted.status, await granted.json()]).toEqual([200, { caller: 'worker' }])
  const refused = await ask(new Request('http://localhost/'))
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="https://api.example.com", scope="jobs:run"',
  ])
  expect(await (consume as (message: { token: string }) => Promise<string>)({ token })).toBe('worker')
})

test('the testing block runs to its end', async () => {
  await expect(execute('testing', testingQuickStart as string, '')).resolves.toBeDefined()
})

test('the line that shows a token prints its header and its claims', async () => {
  const line = codeBlocks('README.md', 'sh').find(block => block.startsWith('node -p')) as string
  const TOKEN = await issuer.token({ clientId: 'shown' })
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { env: { ...process.env, TOKEN } })
  const [header, claims] = stdout.split('\n').map(part => (part === '' ? undefined : JSON.parse(part)))
  expect([header.typ, claims.client_id]).toEqual(['at+jwt', 'shown'])
})
