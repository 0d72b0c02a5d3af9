import type { ReportData } from '../report-data.ts'
import type { CellKind } from './clients.ts'
import { type Child, drawn, make, type Piece, spoken } from './dom.ts'
import { counted, grouped, shown, shownName } from './text.ts'

/** Pieces that several views show. */

export function numberCell(count: number, className = ''): Piece {
  const classes = `number${count === 0 ? ' zero' : ''}${className === '' || count === 0 ? '' : ` ${className}`}`
  return make('td', { class: classes }, grouped(count))
}

export function heading(label: string, attributes: Readonly<Record<string, string>> = {}): Piece {
  return make('th', { scope: 'col', ...attributes }, label)
}

/** A name that somebody else chose: kept apart from the direction of the text around it. */
export function nameOf(name: string): Piece {
  return make('bdi', { class: 'name' }, shownName(name))
}

export function clientLink(index: number, id: string): Piece {
  return make('a', { href: `#client-${index}` }, nameOf(id))
}

export function routeLink(data: ReportData, index: number): Piece {
  const route = data.routes[index]
  return make('a', { href: `#route-${index}` }, routeName(route?.method ?? '', route?.path ?? null))
}

export function routeName(method: string, path: string | null): Piece {
  const place = path === null ? 'route not known' : shownName(path)
  return make('bdi', { class: 'name' }, make('span', { class: 'method' }, shown(method)), ` ${place}`)
}

export function requirementOf(requirement: string): Piece {
  return make('code', {}, shown(requirement))
}

/** Granted scopes as one bar: taken, taken without need, idle. The numbers stand beside it. */
export function grantBar(parts: readonly (readonly [kind: CellKind, count: number])[]): Piece {
  const bar = make('span', { class: 'bar', 'aria-hidden': 'true' })
  for (const [kind, count] of parts) {
    if (count === 0) continue
    const part = make('span', { class: `part ${kind}` })
    part.style.flexGrow = String(count)
    bar.append(part)
  }
  return bar
}

export function chip(kind: CellKind, mark: string, name: string, note: string): Piece {
  return make('li', { class: `chip ${kind}` }, drawn(mark), nameOf(name), spoken(`: ${note}`))
}

/** A table that scrolls sideways by itself, also by keyboard. */
export function scrolled(label: string, table: Piece, className = ''): Piece {
  return make('div', { class: `scrolled ${className}`, role: 'region', tabindex: '0', 'aria-label': label }, table)
}

export function tableOf(headings: readonly Piece[], rows: readonly Piece[], caption: string): Piece {
  return make(
    'table',
    {},
    make('caption', {}, caption),
    make('thead', {}, make('tr', {}, ...headings)),
    make('tbody', {}, ...rows),
  )
}

export function row(...cells: readonly Child[]): Piece {
  return make('tr', {}, ...cells)
}

export function nothing(text: string): Piece {
  return make('p', { class: 'nothing' }, text)
}

/** What a view says of itself, and what has to be known to read it. */
export function note(text: string): Piece {
  return make('p', { class: 'note' }, text)
}

export function groupRow(columns: number, group: { name: string; size: number; smaller: number }): Piece {
  return row(
    make(
      'th',
      { scope: 'rowgroup', colspan: String(columns), class: 'group' },
      nameOf(group.name),
      make('span', { class: 'aside' }, ` ${counted(group.size, 'client')}, ${grouped(group.smaller)} could hold less`),
    ),
  )
}
