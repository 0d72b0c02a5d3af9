import type { ReportData } from '../report-data.ts'
import { clientView } from './client-view.ts'
import { type Client, clientsOf } from './clients.ts'
import { clientsView } from './clients-view.ts'
import { byId, hash, onWindow, scrollToTop, setTitle } from './dom.ts'
import { columnsOf, heatView, SCOPES_AT_ONCE } from './heat-view.ts'
import { routesMatching, routesView, routeView, visitsOf } from './routes-view.ts'
import { INITIAL, type Page, pageOf, type Selection, type SortKey } from './selection.ts'
import { counted, grouped, shown, shownName } from './text.ts'

/** What is printed at once where the screen shows pages. */
const PRINTED_ROWS = 500
const CALLERS_AT_ONCE = 500

const VIEWS = ['clients', 'heat', 'routes', 'client', 'route'] as const
type View = (typeof VIEWS)[number]

interface Place {
  readonly view: View
  /** Of the client or the route. */
  readonly index: number
}

/** What the page shows follows from this alone. */
interface State {
  readonly place: Place
  readonly selection: Selection
  readonly scopeSearch: string
  readonly scopePage: number
  readonly routeSearch: string
}

const data = JSON.parse(byId('report-data').textContent ?? '') as ReportData
const clients: readonly Client[] = clientsOf(data)
const visits = visitsOf(data, clients)
let state: State = {
  place: placeOf(hash()),
  selection: INITIAL,
  scopeSearch: '',
  scopePage: 0,
  routeSearch: '',
}

/** A hash that leads nowhere leads to the list of clients. */
function placeOf(link: string): Place {
  const [, view, digits] = /^#(clients|heat|routes|client|route)(?:-(\d+))?$/.exec(link) ?? []
  const index = Number(digits ?? -1)
  if (view === 'client' && index >= 0 && index < clients.length) return { view, index }
  if (view === 'route' && index >= 0 && index < data.routes.length) return { view, index }
  return { view: view === 'heat' || view === 'routes' ? view : 'clients', index: -1 }
}

function show(change: Partial<State>): void {
  state = { ...state, ...change }
  const { view } = state.place
  for (const name of VIEWS) byId(`view-${name}`).hidden = name !== view
  for (const name of ['clients', 'heat', 'routes']) {
    const isHere = name === view || name === `${view}s`
    if (isHere) byId(`to-${name}`).setAttribute('aria-current', 'page')
    else byId(`to-${name}`).removeAttribute('aria-current')
  }
  byId('client-controls').hidden = view !== 'clients' && view !== 'heat'
  byId('heat-controls').hidden = view !== 'heat'
  RENDER[view]()
}

const RENDER: Readonly<Record<View, () => void>> = {
  clients: showClients,
  heat: showHeat,
  routes: showRoutes,
  client: showClient,
  route: showRoute,
}

function select(change: Partial<Selection>): void {
  show({ selection: { ...state.selection, page: 0, ...change }, ...('page' in change ? {} : { scopePage: 0 }) })
}

function showClients(): void {
  const page = pageOf(clients, state.selection)
  byId('content-clients').replaceChildren(...clientsView(data, page, state.selection, sortBy))
  showPager(page)
}

/** By a key for the first time: the most first, names from A. */
function sortBy(sort: SortKey): void {
  const isNamed = sort === 'id' || sort === 'issuer'
  select({ sort, isDescending: sort === state.selection.sort ? !state.selection.isDescending : !isNamed })
  byId('sort').value = sort
  byId(`sort-${sort}`).focus()
}

function showHeat(): void {
  const page = pageOf(clients, state.selection)
  const columns = columnsOf(data, page, state.scopeSearch, state.scopePage)
  byId('content-heat').replaceChildren(...heatView(data, page, columns, state.selection))
  const first = columns.page * SCOPES_AT_ONCE
  const last = first + columns.scopes.length
  byId('scope-range').textContent =
    `Scopes ${grouped(Math.min(first + 1, last))}–${grouped(last)} of ${grouped(columns.matching)}`
  byId('scope-previous').disabled = columns.page === 0
  byId('scope-next').disabled = columns.page >= columns.pages - 1
  showPager(page)
}

function showPager({ first, last, matching, page, pages }: Page): void {
  const of = matching.length === clients.length ? '' : ` (of ${grouped(clients.length)})`
  byId('range').textContent =
    matching.length === 0
      ? 'No client matches'
      : `${grouped(first)}–${grouped(last)} of ${counted(matching.length, 'client')}${of}`
  byId('previous').disabled = page === 0
  byId('next').disabled = page >= pages - 1
}

function showRoutes(): void {
  const indices = routesMatching(data, state.routeSearch)
  byId('route-range').textContent = counted(indices.length, 'route')
  byId('content-routes').replaceChildren(...routesView(data, visits, indices))
}

function showClient(): void {
  const client = clients[state.place.index]
  if (client === undefined) return
  byId('title-client').textContent = shownName(client.row.id)
  byId('content-client').replaceChildren(...clientView(data, client))
}

function showRoute(): void {
  const { index } = state.place
  const route = data.routes[index]
  byId('title-route').textContent = `${shown(route?.method ?? '')} ${shownName(route?.path ?? 'route not known')}`
  byId('content-route').replaceChildren(...routeView(data, index, visits[index] ?? [], CALLERS_AT_ONCE))
}

/** A link was followed: the reader, and whoever reads it aloud, begins at the new heading. */
function go(): void {
  show({ place: placeOf(hash()) })
  const { view } = state.place
  setTitle(`${byId(`title-${view}`).textContent} – ${data.title}`)
  scrollToTop()
  byId(`title-${view}`).focus({ preventScroll: true })
}

function onInput(id: string, take: (value: string) => void): void {
  const control = byId(id)
  control.addEventListener('input', () => take(control.value))
}

/** A button that has just been disabled loses the focus, so the other one takes it. */
function onPaging(back: string, forward: string, turn: (step: number) => void): void {
  const ways = [
    [back, forward, -1],
    [forward, back, 1],
  ] as const
  for (const [id, other, step] of ways) {
    byId(id).addEventListener('click', () => {
      turn(step)
      if (byId(id).disabled) byId(other).focus()
    })
  }
}

function listen(): void {
  onWindow('hashchange', go)
  onInput('search', search => select({ search: search.trim() }))
  onInput('only', only => select({ only: only as Selection['only'] }))
  onInput('group', group => select({ group: group as Selection['group'] }))
  onInput('sort', sort => select({ sort: sort as SortKey, isDescending: sort !== 'id' && sort !== 'issuer' }))
  onInput('page-size', size => select({ pageSize: Number(size) }))
  onInput('scope-search', search => show({ scopeSearch: search.trim(), scopePage: 0 }))
  onInput('route-search', search => show({ routeSearch: search.trim() }))
  onPaging('previous', 'next', step => select({ page: pageOf(clients, state.selection).page + step }))
  onPaging('scope-previous', 'scope-next', step => show({ scopePage: state.scopePage + step }))
  let onScreen = state.selection
  onWindow('beforeprint', () => {
    onScreen = state.selection
    if (pageOf(clients, onScreen).matching.length <= PRINTED_ROWS) select({ pageSize: PRINTED_ROWS })
  })
  onWindow('afterprint', () => show({ selection: onScreen }))
}

listen()
show({})
