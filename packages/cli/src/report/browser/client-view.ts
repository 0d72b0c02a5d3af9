import type { ReportData } from '../report-data.ts'
import { type Client, cellOf, MARKS } from './clients.ts'
import { barOf } from './clients-view.ts'
import { make, type Piece } from './dom.ts'
import {
  chip,
  grantBar,
  heading,
  nameOf,
  note,
  nothing,
  numberCell,
  requirementOf,
  routeLink,
  row,
  scrolled,
  tableOf,
} from './parts.ts'
import { counted, grouped, shown, timeOf } from './text.ts'

/** One client: what it holds, what would have done, and everything that it did. */
export function clientView(data: ReportData, client: Client): readonly Piece[] {
  const { row: counts } = client
  const issuer = make('p', { class: 'note' }, 'Tokens of ', nameOf(client.issuer))
  issuer.append(`. ${grouped(counts.requests)} requests let through, ${grouped(counts.denied)} refused`)
  issuer.append(`, from ${timeOf(counts.from)} to ${timeOf(counts.to)}.`)
  return [
    issuer,
    verdict(client),
    make(
      'div',
      { class: 'cards' },
      grantCard(data, client),
      leastCard(data, client),
      scopeCard(data, client, 'Could give up', client.couldGiveUp, 'Nothing: it needs all that it holds.'),
    ),
    usesOf(data, client),
    denialsOf(data, client),
  ]
}

function verdict(client: Client): Piece {
  const { row: counts, couldGiveUp, least, granted } = client
  if (!counts.isComplete) {
    return note(
      'Some of its requests were counted without their routes, so nobody knows what it needs. Raise maxRoutes.',
    )
  }
  if (counts.requests === 0)
    return verdictLine('warn', 'None of its requests was let through: its grant serves nothing.')
  if (couldGiveUp.length === 0) return verdictLine('good', 'Its grant is as small as its traffic allows.')
  return verdictLine(
    'warn',
    `${counted(least.size, 'scope')} would have served all of its traffic; it holds ${grouped(granted.size)}.`,
  )
}

function verdictLine(kind: string, text: string): Piece {
  return make('p', { class: `verdict ${kind}` }, text)
}

function grantCard(data: ReportData, client: Client): Piece {
  const card = scopeCard(data, client, 'Granted', [...client.granted], 'No scope at all.')
  if (client.granted.size > 0) card.append(grantBar(barOf(client)))
  return card
}

function leastCard(data: ReportData, client: Client): Piece {
  const least = [...client.least]
  const card = scopeCard(data, client, 'Smallest sufficient grant', least, 'None: no request needed a scope.')
  if (least.length === 0) return card
  const names = least.map(scope => data.scopes[scope] ?? '').join(' ')
  card.append(make('p', { class: 'paste' }, make('span', { class: 'aside' }, 'scope '), make('code', {}, shown(names))))
  return card
}

function scopeCard(
  data: ReportData,
  client: Client,
  title: string,
  scopes: readonly number[],
  whenEmpty: string,
): Piece {
  const name = make('h3', {}, title, make('span', { class: 'aside' }, ` ${grouped(scopes.length)}`))
  const chips = scopes.map(scope => {
    const { kind, text } = cellOf(client, scope)
    return chip(kind, MARKS[kind], data.scopes[scope] ?? '', text)
  })
  const list = chips.length === 0 ? nothing(whenEmpty) : make('ul', { class: 'chips' }, ...chips)
  return make('section', { class: 'card' }, name, list)
}

function usesOf(data: ReportData, { row: { uses } }: Client): Piece {
  const title = make('h3', {}, 'Where it was let through')
  if (uses.length === 0) return make('section', {}, title, nothing('Nowhere.'))
  const rows = [...uses]
    .sort(([, one], [, other]) => other - one)
    .map(([route, count, used]) =>
      row(
        make('th', { scope: 'row' }, routeLink(data, route)),
        make('td', {}, requirementOf(data.routes[route]?.requirement ?? '')),
        make('td', {}, scopeList(data, used)),
        numberCell(count),
      ),
    )
  const headings = [heading('Route'), heading('Requires'), heading('Took'), heading('Requests', { class: 'number' })]
  return make('section', {}, title, scrolled('Where it was let through', tableOf(headings, rows, 'Most used first')))
}

function denialsOf(data: ReportData, { row: { denials } }: Client): Piece {
  const title = make('h3', {}, 'What it was refused')
  if (denials.length === 0) return make('section', {}, title, nothing('Nothing.'))
  const rows = [...denials]
    .sort((one, other) => other[3] - one[3])
    .map(([route, code, missing, count]) =>
      row(
        make('th', { scope: 'row' }, routeLink(data, route)),
        make('td', {}, make('code', {}, shown(data.codes[code]?.code ?? ''))),
        make('td', {}, missing.length === 0 ? (data.codes[code]?.remedy ?? '') : 'Lacks ', scopeList(data, missing)),
        numberCell(count),
      ),
    )
  const headings = [heading('Route'), heading('Reason'), heading('What to do, or what it lacks')]
  headings.push(heading('Requests', { class: 'number' }))
  return make('section', {}, title, scrolled('What it was refused', tableOf(headings, rows, 'Most frequent first')))
}

function scopeList(data: ReportData, scopes: readonly number[]): Piece {
  return make('code', {}, shown(scopes.length === 0 ? ' ' : scopes.map(scope => data.scopes[scope] ?? '').join(' ')))
}
