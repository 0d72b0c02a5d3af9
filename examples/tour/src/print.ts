import { client, type Stop, stops, type TokenName } from './stops.ts'
import type { Tour } from './tour.ts'
import { audience } from './vocabulary.ts'

/** The guide that `npm start` prints: where everything runs, and lines to paste into another terminal. */
export function guideText(tour: Tour): string {
  const addresses = [
    ['authorization server', tour.issuer],
    ['Express API', tour.apis.Express],
    ['Fastify API', tour.apis.Fastify],
    ['client id', client.clientId],
    ['client secret', client.clientSecret],
  ]
  return [
    '',
    ...addresses.map(([name, value]) => `  ${name?.padEnd(22)}${value}`),
    '',
    '# Paste into another terminal. First choose an API and get a token:',
    '',
    `API=${tour.apis.Express}      # or ${tour.apis.Fastify}`,
    ...tokenLines(tour),
    '',
    '# Then call the API:',
    ...stops.flatMap(stop => ['', `# ${stop.title}: ${stop.expected.status}`, curlLine(stop)]),
    '',
    'Ctrl+C ends the tour. `npm start -- --check` takes it by itself.',
    '',
  ].join('\n')
}

/** Shell lines that set the variables which the `curl` lines use. */
export function tokenLines(tour: Tour): readonly string[] {
  const form = `-d grant_type=client_credentials -d scope=controls:read -d resource=${audience}`
  const answer = `curl -s -u ${client.clientId}:${client.clientSecret} ${form} ${tour.tokenEndpoint}`
  const samples: readonly TokenName[] = ['EXPIRED', 'TAMPERED', 'ELSEWHERE']
  return [
    `TOKEN=$(${answer} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    ...samples.map(name => `${name}=$(curl -s ${tour.samples}/${name})`),
  ]
}

export function curlLine({ method, path, token }: Stop): string {
  const verb = method === 'GET' ? '' : `-X ${method} `
  const header = token === undefined ? '' : `-H "Authorization: Bearer $${token}" `
  return `curl -i -w '\\n' ${verb}${header}$API${path}`
}

/** Columns as wide as their widest cell. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = rows
  return [line(head), widths.map(width => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n')
}
