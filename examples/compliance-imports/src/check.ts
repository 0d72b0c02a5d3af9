import { type ClientName, clients } from './authorization-server.ts'
import { type Call, calls, first, type TokenName } from './calls.ts'

export interface Running {
  readonly api: string
  readonly tokenEndpoint: string
}

/** Makes every call over HTTP and prints what was expected and what came. Whether everything came as expected. */
export async function check({ api, tokenEndpoint }: Running, print: (text: string) => void): Promise<boolean> {
  const tokens = await getTokens(tokenEndpoint)
  const scheduled = await send(api, first, tokens)
  const id = /^\/v1\/imports\/([\w-]{36})$/.exec(scheduled.headers.get('location') ?? '')?.[1] ?? 'none'
  const rows = [row(first, scheduled), ['its Location', 'an id', id === 'none' ? id : 'an id']]
  for (const call of [...calls, tooLarge]) {
    rows.push(row(call, await send(api, { ...call, path: call.path.replace('$ID', id) }, tokens)))
  }
  const passed = rows.every(([, expected, got]) => got === expected)
  print(tableText(rows))
  print(`\n${rows.length} rows, ${passed ? 'all as expected' : 'NOT all as expected'}`)
  return passed
}

/** Not among the lines to paste. */
const tooLarge: Call = { ...first, title: 'file of more than 5 MiB', body: ' '.repeat(5_242_881), expected: '413' }

async function getTokens(tokenEndpoint: string): Promise<Readonly<Record<TokenName, string>>> {
  const answer = async (name: ClientName) => {
    const { clientId, clientSecret } = clients[name]
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    return (await response.json()) as { access_token: string; refresh_token: string }
  }
  const importer = await answer('IMPORTER')
  return {
    IMPORTER: importer.access_token,
    REFRESH: importer.refresh_token,
    BROWSER: (await answer('BROWSER')).access_token,
    ADMIN: (await answer('ADMIN')).access_token,
  }
}

async function send(api: string, call: Call, tokens: Readonly<Record<TokenName, string>>): Promise<Response> {
  const { method, path, token, type, body } = call
  const response = await fetch(api + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${tokens[token]}` }),
      ...(type !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body }),
  })
  await response.arrayBuffer()
  return response
}

function row({ title, expected }: Call, { status, headers }: Response): readonly string[] {
  const challenge = headers.get('www-authenticate')
  const error = challenge === null ? '' : (/error="([^"]*)"/.exec(challenge)?.[1] ?? 'challenge')
  return [title, expected, `${status} ${error}`.trim()]
}

function tableText(rows: readonly (readonly string[])[]): string {
  return [['request', 'expected', 'got'], ...rows]
    .map(([request = '', expected = '', got = ''], index) => {
      const verdict = index === 0 ? '' : got === expected ? 'ok' : 'WRONG'
      return `${request.padEnd(32)}${expected.padEnd(24)}${got.padEnd(24)}${verdict}`.trimEnd()
    })
    .join('\n')
}
