import type { ReportData } from '../report-data.ts'
import type { Client } from './clients.ts'
import { make, type Piece } from './dom.ts'
import {
  clientLink,
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
import { counted, grouped, shown } from './text.ts'

/** One client at one route. */
export interface Visit {
  readonly client: Client
  readonly requests: number
  readonly denied: number
}

/** By route, in the order of `ReportData.routes`. Those who came most stand first. */
export function visitsOf({ routes }: ReportData, clients: readonly Client[]): readonly (readonly Visit[])[] {
  const visits: Visit[][] = routes.map(() => [])
  for (const client of clients) {
    const counts = new Map<number, { requests: number; denied: number }>()
    const at = (route: number) => {
      const known = counts.get(route) ?? { requests: 0, denied: 0 }
      counts.set(route, known)
      return known
    }
    for (const [route, count] of client.row.uses) at(route).requests += count
    for (const [route, , , count] of client.row.denials) at(route).denied += count
    for (const [route, visit] of counts) visits[route]?.push({ client, ...visit })
  }
  for (const found of visits) found.sort((a, b) => b.requests - a.requests || b.denied - a.denied)
  return visits
}

/** The routes whose method, path or requirement have all of these words. */
export function routesMatching({ routes }: ReportData, search: string): readonly number[] {
  const words = search.toLowerCase().split(/\s+/)
  return routes.flatMap(({ method, path, requirement }, index) => {
    const text = `${method} ${path ?? ''} ${requirement}`.toLowerCase()
    return words.every(word => text.includes(word)) ? [index] : []
  })
}

export function routesView(
  data: ReportData,
  visits: readonly (readonly Visit[])[],
  indices: readonly number[],
): readonly Piece[] {
  if (indices.length === 0) return [nothing('No route matches.')]
  const rows = indices.map(index => {
    const route = data.routes[index]
    return row(
      make('th', { scope: 'row' }, routeLink(data, index)),
      make('td', {}, requirementOf(route?.requirement ?? '')),
      make('td', { class: 'callers' }, ...topCallers(visits[index] ?? [])),
      numberCell(visits[index]?.length ?? 0),
      numberCell(route?.requests ?? 0),
      numberCell(route?.denied ?? 0, 'is-denied'),
    )
  })
  const numbers = ['Callers', 'Requests', 'Refused'].map(label => heading(label, { class: 'number' }))
  const headings = [heading('Route'), heading('Requires'), heading('Called most by'), ...numbers]
  return [scrolled('Table of routes', tableOf(headings, rows, 'Routes and who called them'))]
}

function topCallers(visits: readonly Visit[]): readonly (Piece | string)[] {
  const top = visits.slice(0, 3).flatMap(({ client }, index) => {
    const link = clientLink(client.index, client.row.id)
    return index === 0 ? [link] : [', ', link]
  })
  return visits.length > 3 ? [...top, ` and ${grouped(visits.length - 3)} more`] : top
}

/** One route and its callers. */
export function routeView(data: ReportData, index: number, visits: readonly Visit[], most: number): readonly Piece[] {
  const route = data.routes[index]
  const requires = make('p', { class: 'note' }, 'Requires ', requirementOf(route?.requirement ?? ''))
  requires.append(`. ${counted(route?.requests ?? 0, 'request')} let through, ${grouped(route?.denied ?? 0)} refused.`)
  const rows = visits
    .slice(0, most)
    .map(({ client, requests, denied }) =>
      row(
        make('th', { scope: 'row' }, clientLink(client.index, client.row.id)),
        make('td', { class: 'issuer' }, nameOf(client.issuer)),
        numberCell(requests),
        numberCell(denied, 'is-denied'),
      ),
    )
  const numbers = ['Requests', 'Refused'].map(label => heading(label, { class: 'number' }))
  const table = tableOf([heading('Client'), heading('Issuer'), ...numbers], rows, 'Those with a genuine token')
  const left = visits.length - rows.length
  return [
    requires,
    rows.length === 0 ? nothing('No client with a genuine token called it.') : scrolled('Callers', table),
    ...(left > 0 ? [note(`${counted(left, 'caller')} who came less often are left out; the JSON has them.`)] : []),
    refusedAt(data, index),
  ]
}

/** Requests without a genuine token, at one route. */
function refusedAt(data: ReportData, index: number): Piece {
  const refused = data.refused.filter(({ route }) => route === index)
  const title = make('h3', {}, 'Refused without a genuine token')
  if (refused.length === 0) return make('section', {}, title, nothing('Nobody.'))
  const rows = refused.map(({ issuer, code, count }) =>
    row(
      make('th', { scope: 'row' }, make('code', {}, shown(data.codes[code]?.code ?? ''))),
      make('td', { class: 'issuer' }, issuer === null ? 'not known' : nameOf(data.issuers[issuer] ?? '')),
      make('td', {}, data.codes[code]?.remedy ?? ''),
      numberCell(count),
    ),
  )
  const headings = [heading('Reason'), heading('Issuer'), heading('What to do')]
  headings.push(heading('Requests', { class: 'number' }))
  return make('section', {}, title, scrolled('Refused without a genuine token', tableOf(headings, rows, 'By reason')))
}
