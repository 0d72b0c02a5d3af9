import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { signHs256 } from './authorization-server.ts'
import { call, requestToken, tokenOf } from './call.ts'
import type { Example } from './start.ts'

type Row = readonly [request: string, expected: string, got: string]

/** Calls the running API over HTTP and prints what was expected and what came. Whether everything came as expected. */
export async function checkExample(example: Example, print: (text: string) => void): Promise<boolean> {
  const tokens = {
    grace: await tokenOf(example, 'grace-laptop'),
    graceReading: await tokenOf(example, 'grace-laptop', 'controls:read'),
    ada: await tokenOf(example, 'ada-laptop'),
    adaReading: await tokenOf(example, 'ada-laptop', 'controls:read'),
    importer: await tokenOf(example, 'nightly-import'),
    dashboard: await tokenOf(example, 'dashboard'),
    globex: await tokenOf(example, 'globex-import'),
  }
  const rows = [
    ...(await checkTokenEndpoint(example)),
    ...(await checkReading(example, tokens)),
    ...(await checkChanges(example, tokens)),
    ...(await checkOrganizationByName(example, tokens)),
    ...(await checkAlternatives(example, tokens)),
    ...(await checkClients(example, tokens)),
    ...(await checkGenuineness(example, tokens)),
  ]
  const passed = rows.every(([, expected, got]) => got === expected)
  print(tableText(rows))
  print(`\n${rows.length} requests, ${passed ? 'all as expected' : 'NOT all as expected'}`)
  return passed
}

type Tokens = Readonly<
  Record<'grace' | 'graceReading' | 'ada' | 'adaReading' | 'importer' | 'dashboard' | 'globex', string>
>

async function checkTokenEndpoint(example: Example): Promise<readonly Row[]> {
  const secret = example.clientSecrets.get('dashboard') ?? ''
  const ask = async (form: Record<string, string>) => {
    const { status, body } = await requestToken(example, form)
    return `${status} ${body.error ?? `${body.token_type} ${body.expires_in}`}`
  }
  const form = { grant_type: 'client_credentials', client_id: 'dashboard' }
  return [
    ['get a token', '200 Bearer 3600', await ask({ ...form, client_secret: secret })],
    ['get a token with a wrong client secret', '401 invalid_client', await ask({ ...form, client_secret: 'guess' })],
    [
      'get a token for a scope that nobody delegated',
      '400 invalid_scope',
      await ask({ ...form, client_secret: secret, scope: 'controls:write' }),
    ],
  ]
}

async function checkReading({ api }: Example, { graceReading, dashboard, globex }: Tokens): Promise<readonly Row[]> {
  const get = async (token: string | undefined, path: string) => (await call(`${api}/v1${path}`, { token })).text
  return [
    ['read without a token', '401', await get(undefined, '/controls/access-review')],
    [
      'read: user with the scope',
      '200 Review access every quarter',
      await get(graceReading, '/controls/access-review'),
    ],
    ['read: service with the role', '200 Review access every quarter', await get(dashboard, '/controls/access-review')],
    ['list: own organization', '200 access-review backup-restore', await get(dashboard, '/controls')],
    ['list: other organization', '200 key-rotation', await get(globex, '/controls')],
    ['list by name: own', '200 key-rotation', await get(globex, '/controls?organization=globex')],
    ['read: in another organization', '404 No such control', await get(globex, '/controls/access-review')],
    ['read: does not exist', '404 No such control', await get(globex, '/controls/nothing')],
  ]
}

async function checkChanges({ api }: Example, tokens: Tokens): Promise<readonly Row[]> {
  const { grace, graceReading, ada, adaReading, importer, dashboard, globex } = tokens
  const url = `${api}/v1/controls`
  const create = (token: string, title = 'Train everybody') => call(url, { token, method: 'POST', body: { title } })
  const byGrace = await create(grace)
  const byImporter = await create(importer)
  const created = `${api}${byGrace.location}`
  const imported = `${api}${byImporter.location}`
  const rename = async (token: string) =>
    (await call(created, { token, method: 'PATCH', body: { title: 'Train all' } })).text
  const remove = async (token: string, target: string) => (await call(target, { token, method: 'DELETE' })).text
  return [
    ['create: user with the scope', '201 by user user-grace through grace-laptop', byGrace.text],
    ['create: service with the role', '201 by service nightly-import through nightly-import', byImporter.text],
    ['create: user without the scope', '403 insufficient_scope', (await create(graceReading)).text],
    ['create: service without the role', '403 insufficient_scope', (await create(dashboard)).text],
    ['create: no title', '400 Send a title', (await create(grace, '')).text],
    ['change: user with the scope', '200 Train all', await rename(grace)],
    ['change: in another organization', '404 No such control', await rename(globex)],
    ['delete: in another organization', '404 No such control', await remove(globex, created)],
    ["delete: user without the administrator's role", '403 insufficient_scope', await remove(grace, created)],
    ["delete: administrator's client without the scope", '403 insufficient_scope', await remove(adaReading, created)],
    ["delete: administrator's client", '204', await remove(ada, created)],
    ['delete: service with the role', '204', await remove(importer, imported)],
    ['delete: again', '404 No such control', await remove(importer, imported)],
  ]
}

/** Every route refuses a URL that names another organization than the token. */
async function checkOrganizationByName({ api }: Example, { ada, importer }: Tokens): Promise<readonly Row[]> {
  const send = async (method: string, path: string, token = importer) =>
    (await call(`${api}/v1${path}?organization=globex`, { token, method })).text
  return [
    ['list by name: another', '403 insufficient_scope', await send('GET', '/controls')],
    ['read by name: another', '403 insufficient_scope', await send('GET', '/controls/access-review')],
    ['create by name: another', '403 insufficient_scope', await send('POST', '/controls')],
    ['change by name: another', '403 insufficient_scope', await send('PATCH', '/controls/access-review')],
    ['delete by name: another', '403 insufficient_scope', await send('DELETE', '/controls/access-review')],
    ['clients by name: another', '403 insufficient_scope', await send('GET', '/clients', ada)],
  ]
}

/** Neither alternative of a requirement lends the other its half. */
async function checkAlternatives({ api, secrets }: Example, tokens: Tokens): Promise<readonly Row[]> {
  const create = async (claims: JWTPayload) => {
    const token = await signHs256(claims, secrets.current)
    return (await call(`${api}/v1/controls`, { token, method: 'POST', body: { title: 'Sort the mail' } })).text
  }
  const reader = decodeJwt(tokens.graceReading)
  const dashboard = decodeJwt(tokens.dashboard)
  return [
    [
      "create: user with the service's role",
      '403 insufficient_scope',
      await create({ ...reader, roles: ['controls-admin'] }),
    ],
    [
      "create: service with the user's scope",
      '403 insufficient_scope',
      await create({ ...dashboard, scope: 'controls:write' }),
    ],
  ]
}

async function checkClients({ api, secrets }: Example, { grace, ada, importer }: Tokens): Promise<readonly Row[]> {
  const list = async (token: string) => (await call(`${api}/v1/clients`, { token })).text
  const withScope = await signHs256({ ...decodeJwt(importer), scope: 'clients:read' }, secrets.current)
  return [
    ['clients: user sees her own', '200 grace-laptop', await list(grace)],
    ['clients: administrator', '200 ada-laptop nightly-import dashboard', await list(ada)],
    ['clients: service account', '403 insufficient_scope', await list(importer)],
    ["clients: service with the user's scope", '403 insufficient_scope', await list(withScope)],
  ]
}

/** One honest token, signed again in other ways. */
async function checkGenuineness({ api, secrets }: Example, { grace }: Tokens): Promise<readonly Row[]> {
  const claims = decodeJwt(grace)
  const { ver, ...withoutVersion } = claims
  const { privateKey } = await generateKeyPair('RS256')
  const unknown = crypto.getRandomValues(new Uint8Array(32))
  const rs256 = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(privateKey)
  const get = async (token: string) => (await call(`${api}/v1/controls/access-review`, { token })).text
  const signed = async (payload: JWTPayload, secret = secrets.current) => get(await signHs256(payload, secret))
  return [
    ['token under the current secret', '200 Review access every quarter', await signed(claims)],
    ['token under the previous secret', '200 Review access every quarter', await signed(claims, secrets.previous)],
    ['token under an unknown secret', '401 invalid_token', await signed(claims, unknown)],
    ['token signed with RS256', '401 invalid_token', await get(rs256)],
    ['token not signed (none)', '401 invalid_token', await get(unsigned(claims))],
    ['token of another version', '401 invalid_token', await signed({ ...claims, ver: '2' })],
    ['token without a version', '401 invalid_token', await signed(withoutVersion)],
    ['token without an organization', '401 invalid_token', await signed({ ...claims, org: undefined })],
    ['token with a number for an organization', '403 insufficient_scope', await signed({ ...claims, org: 7 })],
  ]
}

function unsigned(claims: JWTPayload): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`
}

function tableText(rows: readonly Row[]): string {
  const table = [
    ['request', 'expected', 'got', ''],
    ...rows.map(([request, expected, got]) => [request, expected, got, got === expected ? 'ok' : 'WRONG']),
  ]
  const widths = [0, 1, 2].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)))
  return table
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
