import type { ClientUsage, RouteUsage, UsageSummary } from '@scopeward/usage'
import { counted, grouped, shown, shownName, timeOf } from './browser/text.ts'

/** The report for wikis and tickets: whom to talk to first, then everybody, then the routes. */
export function reportMarkdown({ from, to, clients, routes, refused }: UsageSummary, title: string): string {
  const smaller = [...clients]
    .filter(({ couldGiveUp }) => couldGiveUp.length > 0)
    .sort((one, other) => other.couldGiveUp.length - one.couldGiveUp.length)
  const withoutToken = refused.reduce((sum, { count }) => sum + count, 0)
  return [
    `# ${cell(title)}`,
    '',
    `${timeOf(from ?? '')} to ${timeOf(to ?? '')}. ${counted(clients.length, 'client')}, ${counted(routes.length, 'route')}. ` +
      `${grouped(smaller.length)} could hold a smaller grant. ` +
      `${counted(withoutToken, 'request')} refused without a genuine token.`,
    '',
    '## Grants that could be smaller',
    '',
    ...table(['Client', 'Issuer', 'Smallest sufficient grant', 'Could give up'], smaller.map(grantCells)),
    '',
    '## Clients',
    '',
    ...table(
      ['Client', 'Issuer', 'Granted', 'Used', 'Unused', 'Could give up', 'Requests', 'Refused', 'Denied scopes'],
      clients.map(clientCells),
    ),
    '',
    '## Routes',
    '',
    ...table(['Route', 'Requires', 'Requests', 'Refused', 'Callers', 'Called most by'], routes.map(routeCells)),
    '',
  ].join('\n')
}

function grantCells({ clientId, issuer, leastGrant, couldGiveUp }: ClientUsage): readonly string[] {
  return [cell(clientId), cell(issuer), scopes(leastGrant), scopes(couldGiveUp)]
}

function clientCells(client: ClientUsage): readonly string[] {
  const missing = [...new Set(client.denied.flatMap(denial => denial.missing))].sort()
  const { granted, used, unused, couldGiveUp, requests, deniedRequests } = client
  const counts = [granted.length, used.length, unused.length, couldGiveUp.length, requests, deniedRequests].map(String)
  return [cell(client.clientId), cell(client.issuer), ...counts, scopes(missing)]
}

function routeCells({ method, route, requirement, requests, denied, callers }: RouteUsage): readonly string[] {
  const most = [...callers].sort((one, other) => other.requests - one.requests).slice(0, 3)
  return [
    cell(`${method} ${route ?? '(route not known)'}`),
    code(requirement),
    String(requests),
    String(denied),
    String(callers.length),
    most.map(({ clientId }) => cell(clientId)).join(', '),
  ]
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['None.']
  return [headings, headings.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
}

function scopes(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.map(code).join(' ')
}

/** In a code span nothing has to be escaped but the span's own end, and the table's. */
function code(text: string): string {
  return `\`${shown(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

/** As plain text: neither markup, nor a link, nor the next cell. */
function cell(text: string): string {
  return shownName(text).replace(/[\\`*_{}[\]()#+!|<>~&@:]/g, letter => `\\${letter}`)
}
