import type { ReportData } from '../report-data.ts'
import { type Client, cellOf } from './clients.ts'
import { make, type Piece, spoken } from './dom.ts'
import { clientLink, grantBar, groupRow, heading, nameOf, nothing, numberCell, row, scrolled } from './parts.ts'
import type { Page, Selection, SortKey } from './selection.ts'
import { counted } from './text.ts'

const COLUMNS: readonly (readonly [key: SortKey, label: string, title: string])[] = [
  ['id', 'Client', 'What the client calls itself'],
  ['issuer', 'Issuer', 'Who issued its tokens'],
  ['granted', 'Granted', 'Scopes in its tokens'],
  ['used', 'Used', 'Scopes that its requests took'],
  ['unused', 'Unused', 'Scopes that no request took'],
  ['couldGiveUp', 'Could give up', 'Scopes that the smallest sufficient grant does not have'],
  ['misses', 'Denied scopes', 'Scopes that requests were refused for lack of'],
  ['requests', 'Requests', 'Requests that were let through'],
  ['denied', 'Refused', 'Requests that were refused'],
]

export function clientsView(
  data: ReportData,
  page: Page,
  selection: Selection,
  onSort: (key: SortKey) => void,
): readonly Piece[] {
  if (page.matching.length === 0) return [nothing('No client matches. Clear the search, or show all clients.')]
  const columns = COLUMNS.filter(([key]) => key !== 'issuer' || data.issuers.length > 1)
  const headings = columns.map(([key, label, title]) => sortHeading(key, label, title, selection, onSort))
  headings.splice(1, 0, heading('Grant', { class: 'bars' }))
  const withIssuer = data.issuers.length > 1
  const bodies = page.groups.map(group =>
    make(
      'tbody',
      {},
      selection.group === 'none' ? undefined : groupRow(headings.length, group),
      ...group.clients.map(client => clientRow(client, withIssuer)),
    ),
  )
  const caption = make('caption', {}, 'Clients, what they were granted and what they used')
  return [scrolled('Table of clients', make('table', {}, caption, make('thead', {}, row(...headings)), ...bodies))]
}

function sortHeading(
  key: SortKey,
  label: string,
  title: string,
  { sort, isDescending }: Selection,
  onSort: (key: SortKey) => void,
): Piece {
  const isSorted = key === sort
  const arrow = !isSorted ? '' : isDescending ? ' ▼' : ' ▲'
  const button = make('button', { type: 'button', title, id: `sort-${key}` }, label)
  button.append(make('span', { class: 'arrow', 'aria-hidden': 'true' }, arrow))
  button.addEventListener('click', () => onSort(key))
  const cell = make('th', { scope: 'col', class: key === 'id' || key === 'issuer' ? '' : 'number' }, button)
  if (isSorted) cell.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending')
  return cell
}

function clientRow(client: Client, withIssuer: boolean): Piece {
  const { row: counts } = client
  return row(
    make('th', { scope: 'row' }, clientLink(client.index, counts.id)),
    make('td', { class: 'bars' }, grantBar(barOf(client)), spoken(barText(client))),
    withIssuer ? make('td', { class: 'issuer' }, nameOf(client.issuer)) : undefined,
    numberCell(client.granted.size),
    numberCell(client.used.size, 'is-used'),
    numberCell(client.unused.length, 'is-unused'),
    numberCell(client.couldGiveUp.length, 'is-strong'),
    numberCell(client.misses.size, 'is-denied'),
    numberCell(counts.requests),
    numberCell(counts.denied),
  )
}

/** How many of its granted scopes are of each kind. */
export function barOf(client: Client): readonly (readonly ['used' | 'broad' | 'unused', number])[] {
  const kinds = [...client.granted].map(scope => cellOf(client, scope).kind)
  return (['used', 'broad', 'unused'] as const).map(kind => [kind, kinds.filter(found => found === kind).length])
}

function barText(client: Client): string {
  const [, broad] = barOf(client)
  const broader = broad === undefined || broad[1] === 0 ? '' : `, ${broad[1]} of them could be given up all the same`
  return `${client.used.size} of ${counted(client.granted.size, 'scope')} used${broader}`
}
