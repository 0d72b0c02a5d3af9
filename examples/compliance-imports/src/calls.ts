import { type ClientName, clients } from './authorization-server.ts'

/** Shell variables that hold tokens; a client's refresh token is not one for an API. */
export type TokenName = ClientName | 'REFRESH'

/** One request, and what must come back: the status, and the error code of the challenge where there is one. */
export interface Call {
  readonly title: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `$ID` is the import that was scheduled first. */
  readonly path: string
  readonly token?: TokenName
  readonly type?: string
  readonly body?: string
  readonly expected: string
}

const schedule = { method: 'POST', path: '/v1/imports', token: 'IMPORTER' } as const
const json = { type: 'application/json', body: '{"source":"payroll","records":[{"person":"4711","country":"PT"}]}' }
const csv = { type: 'text/csv', body: 'person,country\n4711,PT\n4712,NL\n' }

/** What schedules the import `$ID`. */
export const first: Call = { title: 'importer schedules JSON', ...schedule, ...json, expected: '202' }

export const calls: readonly Call[] = [
  { title: 'importer schedules CSV', ...schedule, ...csv, expected: '202' },
  { title: 'malformed JSON', ...schedule, ...json, body: '{"source":', expected: '400' },
  { title: 'JSON without records', ...schedule, ...json, body: '{"source":"payroll","records":[]}', expected: '400' },
  { title: 'malformed CSV', ...schedule, ...csv, body: 'person,country\n4711\n', expected: '400' },
  { title: 'CSV without a record', ...schedule, ...csv, body: 'person,country\n', expected: '400' },
  { title: 'empty file', ...schedule, ...csv, body: '', expected: '400' },
  { title: 'another content type', ...schedule, ...csv, type: 'text/plain', expected: '415' },
  { title: 'importer lists imports', ...importerMayNot('GET', '/v1/imports') },
  { title: 'importer reads its own import', ...importerMayNot('GET', '/v1/imports/$ID') },
  { title: 'importer reads reports', ...importerMayNot('GET', '/v1/reports') },
  { title: 'importer administers', ...importerMayNot('DELETE', '/v1/imports') },
  {
    title: 'imports, but not by API',
    ...schedule,
    ...json,
    token: 'BROWSER',
    expected: '403 insufficient_scope',
  },
  { title: 'refresh token', ...schedule, ...json, token: 'REFRESH', expected: '401 invalid_token' },
  { title: 'no token', method: 'POST', path: '/v1/imports', ...json, expected: '401 challenge' },
  { title: 'administrator lists imports', method: 'GET', path: '/v1/imports', token: 'ADMIN', expected: '200' },
  { title: 'administrator reads the import', method: 'GET', path: '/v1/imports/$ID', token: 'ADMIN', expected: '200' },
  { title: 'administrator reads reports', method: 'GET', path: '/v1/reports', token: 'ADMIN', expected: '200' },
  { title: 'administrator administers', method: 'DELETE', path: '/v1/imports', token: 'ADMIN', expected: '204' },
  { title: 'public route', method: 'GET', path: '/health', expected: '200' },
]

function importerMayNot(method: Call['method'], path: string): Omit<Call, 'title'> {
  return { method, path, token: 'IMPORTER', expected: '403 insufficient_scope' }
}

/** Lines to paste into a shell. */
export function curlLines(api: string, tokenEndpoint: string): readonly string[] {
  const member = (name: string) => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`
  const answerTo = ({ clientId, clientSecret }: (typeof clients)[ClientName]) =>
    `curl -s -u ${clientId}:${clientSecret} -d grant_type=client_credentials ${tokenEndpoint}`
  return [
    `API=${api}`,
    ...Object.entries(clients).map(([name, client]) => `${name}=$(${answerTo(client)} | ${member('access_token')})`),
    `REFRESH=$(${answerTo(clients.IMPORTER)} | ${member('refresh_token')})`,
    '',
    `# ${first.title}, and its id is kept`,
    `ID=$(${curlLine('-s', first)} | ${member('id')})`,
    ...calls.flatMap(call => ['', `# ${call.title}: ${call.expected}`, curlLine("-i -w '\\n'", call)]),
  ]
}

function curlLine(options: string, { method, path, token, type, body }: Call): string {
  return [
    `curl ${options}`,
    ...(method === 'DELETE' ? ['-X DELETE'] : []), // with a body curl posts
    ...(token === undefined ? [] : [`-H "Authorization: Bearer $${token}"`]),
    ...(type === undefined ? [] : [`-H 'Content-Type: ${type}'`]),
    ...(body === undefined ? [] : [`--data-binary ${quoted(body)}`]),
    `"$API${path}"`,
  ].join(' ')
}

function quoted(text: string): string {
  return text.includes('\n') ? `$'${text.replaceAll('\n', '\\n')}'` : `'${text}'`
}
