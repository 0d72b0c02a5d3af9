import type { ReportData } from '../report-data.ts'
import { type Client, cellOf } from './clients.ts'
import { drawn, make, type Piece, spoken } from './dom.ts'
import { clientLink, groupRow, nameOf, nothing, row, scrolled } from './parts.ts'
import type { Page, Selection } from './selection.ts'
import { shownName } from './text.ts'

/** So many fit a wide screen; a table of 300 would be 15,000 cells on every key that is pressed. */
export const SCOPES_AT_ONCE = 50

/** Which columns are shown. */
export interface Columns {
  /** Positions in `ReportData.scopes`. */
  readonly scopes: readonly number[]
  readonly matching: number
  /** From 0; the last one where more is asked for. */
  readonly page: number
  readonly pages: number
}

/** The scopes that these clients hold, or were refused for, and whose names have these letters. */
export function columnsOf({ scopes }: ReportData, page: Page, search: string, wanted: number): Columns {
  const clients = page.groups.flatMap(group => group.clients)
  const touched = new Set(clients.flatMap(({ granted, least, misses }) => [...granted, ...least, ...misses.keys()]))
  const words = search.toLowerCase().split(/\s+/)
  const matching = [...touched]
    .filter(scope => words.every(word => (scopes[scope] ?? '').toLowerCase().includes(word)))
    .sort((a, b) => a - b)
  const pages = Math.max(1, Math.ceil(matching.length / SCOPES_AT_ONCE))
  const at = Math.min(wanted, pages - 1)
  const start = at * SCOPES_AT_ONCE
  return { scopes: matching.slice(start, start + SCOPES_AT_ONCE), matching: matching.length, page: at, pages }
}

export function heatView(data: ReportData, page: Page, columns: Columns, { group }: Selection): readonly Piece[] {
  if (page.matching.length === 0) return [nothing('No client matches. Clear the search, or show all clients.')]
  if (columns.scopes.length === 0) return [nothing('No scope matches among those of these clients.')]
  const head = row(
    make('td', { class: 'corner' }),
    ...columns.scopes.map(scope => scopeHeading(data.scopes[scope] ?? '')),
  )
  const bodies = page.groups.map(part =>
    make(
      'tbody',
      {},
      group === 'none' ? undefined : groupRow(columns.scopes.length + 1, part),
      ...part.clients.map(client => heatRow(client, columns.scopes, data)),
    ),
  )
  const caption = make('caption', { class: 'spoken' }, 'Clients in rows, scopes in columns')
  const table = make('table', { class: 'heat' }, caption, make('thead', {}, head), ...bodies)
  return [scrolled('Heat map of clients and scopes', table, 'fit')]
}

function scopeHeading(scope: string): Piece {
  return make('th', { scope: 'col', title: shownName(scope) }, make('span', { class: 'upright' }, nameOf(scope)))
}

function heatRow(client: Client, scopes: readonly number[], data: ReportData): Piece {
  const name = make('th', { scope: 'row', title: shownName(client.row.id) }, clientLink(client.index, client.row.id))
  return row(name, ...scopes.map(scope => heatCell(client, scope, data.scopes[scope] ?? '')))
}

function heatCell(client: Client, scope: number, name: string): Piece {
  const { kind, mark, text, heat } = cellOf(client, scope)
  if (kind === 'none') return make('td', { class: 'none' }, spoken(text))
  const title = `${shownName(client.row.id)}\n${shownName(name)}: ${text}`
  return make('td', { class: `${kind} heat-${heat}`, title }, drawn(mark), spoken(text))
}
