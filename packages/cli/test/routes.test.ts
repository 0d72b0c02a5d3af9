import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { listRoutes, type RoutesFlags } from '../src/routes/command.ts'
import { routesTable } from '../src/routes/table.ts'
import { type Run, scopewardProcess } from './main.support.ts'

const TOKEN_URL = 'https://login.example.com/token'

/** One for all: it compiles its schema only once. */
const validator = new Validator()

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'routes-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const fixture = (name: string) => fileURLToPath(new URL(`routes-apps/${name}.mjs`, import.meta.url))
const example = (name: string) => fileURLToPath(new URL(`../../../examples/${name}/dist/app.js`, import.meta.url))

async function run(module: string, flags: RoutesFlags = {}, isTTY = false): Promise<Run> {
  const written = { stdout: '', stderr: '' }
  const into = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string) => {
      written[name] += text
    },
  })
  const code = await listRoutes(module, flags, { stdout: into('stdout'), stderr: into('stderr'), env: {} })
  return { code, ...written }
}

function written(name: string, document: object): string {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(document))
  return file
}

interface Paths {
  paths: Record<string, Record<string, { security?: unknown }>>
}

/** A copy of a document, changed. */
function changed(document: Paths, change: (copy: Paths) => void): Paths {
  const copy = structuredClone(document)
  change(copy)
  return copy
}

const EXAMPLES = [
  ['compliance-imports', 'POST    /v1/imports      guarded  permission(api-access) and permission(imports)'],
  ['controls-api', 'GET     /v1/clients              guarded  user and clients:read and satisfies(own organization)'],
  ['partner-integration', 'GET     /v1/:company/orders/:id  guarded  orders:read and satisfies(own company)'],
  ['security-integrations', 'POST    /v1/devices/:deviceId/isolation  guarded  service and devices:isolate and dpop'],
] as const

describe.each(EXAMPLES)('examples/%s', (name, line) => {
  test('is listed', async () => {
    const { code, stdout } = await run(example(name))
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^METHOD {2}PATH +KIND +REQUIREMENT$/)
    expect(stdout.split('\n')).toContain(line)
  })

  test('passes --check', async () => {
    expect(await run(example(name), { check: true })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d routes, no problems\n$/),
    })
  })

  test('is written as OpenAPI 3.1 that a validator accepts, and agrees with what was written', async () => {
    const file = join(folder, `${name}.json`)
    expect(await run(example(name), { openapi: file, tokenUrl: TOKEN_URL })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    const document = JSON.parse(readFileSync(file, 'utf8'))
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(document.info.title).toBe(`@scopeward/example-${name}`)
    expect(document.components.securitySchemes.oauth2.flows.clientCredentials.tokenUrl).toBe(TOKEN_URL)
    expect(await run(example(name), { against: file })).toMatchObject({ code: 0 })
  })

  test('disagrees with a document of other routes or other security', async () => {
    const file = join(folder, `${name}-honest.json`)
    await run(example(name), { openapi: file, tokenUrl: TOKEN_URL })
    const honest = JSON.parse(readFileSync(file, 'utf8')) as Paths
    const [path, item] = Object.entries(honest.paths)[0] as [string, Paths['paths'][string]]
    const method = ['get', 'post'].find(known => known in item) as string
    const other = changed(honest, ({ paths }) => {
      Object.assign(paths[path]?.[method] ?? {}, { security: [{ oauth2: ['something:else'] }] })
      paths['/v9/unknown'] = { get: {} }
    })
    const { code, stdout } = await run(example(name), { against: written(`${name}-other.json`, other) })
    expect(code).toBe(1)
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(`^${method.toUpperCase()} .*: the route requires .*, the document says something:else\\.$`),
      ),
      'GET /v9/unknown of the document has no route.',
    ])
  })
})

test('the validator refuses a document that is not valid', async () => {
  const file = join(folder, 'broken.json')
  await run(fixture('default-app'), { openapi: file, tokenUrl: TOKEN_URL })
  const document = JSON.parse(readFileSync(file, 'utf8'))
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
  document.paths['/orders'].get.security = [{ oauth2: 'orders:read' }]
  expect(await validator.validate(document)).toMatchObject({ valid: false })
})

describe('--check', () => {
  test('names the route that nobody guards and the scope that no route requires, a line for each', async () => {
    expect(await run(fixture('flawed'), { check: true })).toEqual({
      code: 1,
      stdout:
        'DELETE /orders/:id is neither guarded nor public (its guard is not the first handler).\n' +
        'No route requires the scope orders:archive.\n',
      stderr: '',
    })
  })

  test('fails on a requirement outside the vocabulary, which the library refuses by itself', async () => {
    const { code, stdout } = await run(fixture('misspelt'), { check: true })
    expect(code).toBe(1)
    expect(stdout).toContain('orders:raed')
    await expect(run(fixture('misspelt'))).rejects.toMatchObject({ name: 'CommandFailure', exitCode: 2 })
  })

  test('fails on an app that does not start for an unguarded route, a line for each', async () => {
    expect(await run(fixture('refused'), { check: true })).toEqual({
      code: 1,
      stdout:
        'DELETE /orders/:id (its guard is not the first handler) is neither guarded nor public.\n' +
        'POST /orders is neither guarded nor public.\n',
      stderr: '',
    })
  })

  test('with --json the problems stand beside the routes', async () => {
    const { stdout } = await run(fixture('flawed'), { check: true, json: true })
    const { routes, problems } = JSON.parse(stdout)
    expect(problems).toHaveLength(2)
    expect(routes[0]).toEqual({
      method: 'GET',
      path: '/orders',
      kind: 'guarded',
      requirement: 'orders:read',
      alternatives: [['orders:read']],
      dpop: false,
    })
  })
})

describe('the module', () => {
  test('may export a function that makes a Fastify instance; the hooks of ready() do not run', async () => {
    expect(await run(fixture('factory'))).toEqual({
      code: 0,
      stdout:
        'METHOD  PATH         KIND     REQUIREMENT\n' +
        'GET     /orders/:id  guarded  orders:read\n' +
        'GET     /health      public\n',
      stderr: '',
    })
  })

  test('may export the app as default; functions are left alone then', async () => {
    expect((await run(fixture('default-app'))).stdout).toContain('GET     /orders  guarded  orders:read')
  })

  test('is coloured on a terminal only', async () => {
    const colour = String.fromCharCode(27)
    expect((await run(fixture('flawed'), {}, true)).stdout).toContain(`${colour}[31muncovered`)
    expect((await run(fixture('flawed'))).stdout).not.toContain(colour)
  })
})

describe('--against', () => {
  const securitySchemes = { oauth2: { type: 'oauth2' }, key: { type: 'apiKey', in: 'header', name: 'X-Key' } }
  const honest = {
    openapi: '3.0.3',
    components: { securitySchemes },
    security: [{ oauth2: ['orders:read'] }],
    paths: {
      '/orders': { get: {}, head: {} },
      '/orders/{orderId}': { delete: { security: [] } },
      '/files/{file}': { get: { security: [{}, { oauth2: ['orders:read'] }] } },
      '/hook': { post: { security: [] } },
    },
  }
  const IMPOSSIBLE = 'GET /^\\/o+$/ cannot be compared: OpenAPI has no way to write it.'

  async function differences(document: object, name = 'against.json'): Promise<readonly string[]> {
    const { code, stdout } = await run(fixture('flawed'), { against: written(name, document) })
    expect(code).toBe(1)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.at(-1)).toBe(IMPOSSIBLE)
    return lines.slice(0, -1)
  }

  test('names of parameters, the security of the whole document and HEAD make no difference', async () => {
    expect(await differences(honest)).toEqual([])
  })

  test('nor does YAML, or a prefix that stands in the URL of the server', async () => {
    const paths = Object.fromEntries(
      Object.entries(honest.paths).map(([path, item]) => [path.replace('/orders', ''), item]),
    )
    const { '/files/{file}': _files, '/hook': _hook, ...orders } = paths
    const document = {
      ...honest,
      servers: [{ url: 'https://api.example.com/orders/' }],
      paths: { ...orders, '/': honest.paths['/orders'] },
    }
    const file = join(folder, 'against.yaml')
    writeFileSync(file, stringify(document))
    const { stdout } = await run(fixture('flawed'), { against: file })
    expect(stdout.trimEnd().split('\n')).toEqual([
      'GET /files/ is not in the document.'.replace('/files/', '/files/{path}'),
      'ALL /hook is not in the document.',
      IMPOSSIBLE,
    ])
  })

  test.each<[string, unknown, string]>([
    ['other scopes', [{ oauth2: ['orders:write'] }], 'the document says orders:write'],
    ['more scopes at once', [{ oauth2: ['orders:read', 'orders:write'] }], 'says orders:read and orders:write'],
    ['another way through', [{ oauth2: ['orders:read'] }, { oauth2: [] }], 'says any token, or orders:read'],
    ['no credentials at all', [], 'says nothing'],
    ['a way without credentials', [{ oauth2: ['orders:read'] }, {}], 'says orders:read, or nothing'],
    ['a key that no guard looks at', [{ key: [] }], 'says the scheme key'],
  ])('%s is a difference', async (_case, security, message) => {
    const paths = { ...honest.paths, '/orders': { get: { security } } }
    expect(await differences({ ...honest, paths })).toEqual([
      expect.stringMatching(new RegExp(`^GET /orders: the route requires orders:read, .*${message}\\.$`)),
    ])
  })

  test('what stands on one side only is a difference', async () => {
    const { '/hook': _hook, ...paths } = honest.paths
    expect(await differences({ ...honest, paths: { ...paths, '/orders/{id}/lines': { get: {} } } })).toEqual([
      'ALL /hook is not in the document.',
      'GET /orders/{id}/lines of the document has no route.',
    ])
  })
})

describe('--openapi', () => {
  test('writes YAML where the name says so, and tells what it leaves out', async () => {
    const file = join(folder, 'flawed.yaml')
    const { code, stderr } = await run(fixture('flawed'), { openapi: file, tokenUrl: TOKEN_URL })
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'GET /^\\/o+$/ is left out: OpenAPI has no way to write it.\n',
    })
    const document = parse(readFileSync(file, 'utf8'))
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(Object.keys(document.paths)).toEqual(['/orders', '/orders/{id}', '/files/{path}', '/hook'])
    expect(document.paths['/files/{path}'].get.security).toEqual([{ oauth2: ['orders:read'] }, {}])
    expect(document.paths['/hook'].trace.security).toEqual([])
  })

  test('asks for --token-url where nothing tells the token endpoint', async () => {
    const file = join(folder, 'none.json')
    await expect(run(fixture('flawed'), { openapi: file })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^--openapi needs --token-url <url>\. /),
    })
  })
})

describe('bad input is one sentence and exit code 2', () => {
  test.each<[string, () => [string, RoutesFlags], RegExp]>([
    ['no such module', () => [fixture('absent'), {}], /^There is no file ".*absent\.mjs"\.$/],
    ['a module that throws', () => [fixture('throws'), {}], /throws\.mjs" cannot be loaded: The database is away\.$/],
    [
      'a module without an app',
      () => [fixture('no-app'), {}],
      /exports no Express app or Fastify instance\. .*createApp\.$/,
    ],
    ['no such document', () => [fixture('flawed'), { against: join(folder, 'no.json') }], /cannot be read/],
    [
      'no OpenAPI document',
      () => [fixture('flawed'), { against: written('x.json', { swagger: '2.0' }) }],
      /is not an OpenAPI 3/,
    ],
    [
      'security of another form',
      () => [
        fixture('flawed'),
        { against: written('y.json', { openapi: '3.1.0', paths: { '/a': { get: { security: 'x' } } } }) },
      ],
      /the security of GET \/a is not as OpenAPI has it/,
    ],
    ['--token-url alone', () => [fixture('flawed'), { tokenUrl: TOKEN_URL }], /does nothing without --openapi/],
    [
      'a file that cannot be written',
      () => [fixture('flawed'), { openapi: join(folder, 'no', 'x.json'), tokenUrl: TOKEN_URL }],
      /cannot be written \(ENOENT\)/,
    ],
  ])('%s', async (_case, call, message) => {
    const [module, flags] = call()
    await expect(run(module, flags)).rejects.toMatchObject({
      name: 'CommandFailure',
      exitCode: 2,
      message: expect.stringMatching(message),
    })
  })
})

test('a path cannot act upon the terminal', () => {
  const route = { method: 'GET', path: '/\u001b[2J\u202e', kind: 'guarded', requirement: 'role(\u009b31m)' } as const
  const table = routesTable([{ ...route, alternatives: [], dpop: false }], (_tone, text) => text)
  expect(table).toContain('GET     /\\u{1b}[2J\\u{202e}  guarded  role(\\u{9b}31m)')
})

test('as a command it ends also where the module keeps a timer, with the exit code of the check', async () => {
  expect(await scopewardProcess(['routes', fixture('lasting'), '--check'])).toEqual({
    code: 1,
    stdout: expect.stringContaining('No route requires'),
    stderr: '',
  })
})

test('a promise of the module that nobody waits for ends it in one sentence', async () => {
  expect(await scopewardProcess(['routes', fixture('stray')])).toEqual({
    code: 3,
    stdout: '',
    stderr: 'scopeward: unexpected failure: nobody waits for secretsecr…\n',
  })
})

test.each(['exits', 'endless'])('a module that %s is no app without problems', async name => {
  expect(await scopewardProcess(['routes', fixture(name), '--check'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'scopeward: The module ended the process, or never finished loading: nothing was checked.\n',
  })
})
