import type { Client } from './clients.ts'

/** What the controls above the list say. */
export interface Selection {
  readonly search: string
  readonly only: Only
  readonly group: Grouping
  readonly sort: SortKey
  readonly isDescending: boolean
  readonly page: number
  readonly pageSize: number
}

export type Only = 'all' | 'smaller' | 'idle' | 'denied'
export type Grouping = 'none' | 'issuer' | 'prefix'
export type SortKey = 'id' | 'issuer' | 'granted' | 'used' | 'unused' | 'misses' | 'requests' | 'denied' | 'couldGiveUp'

export interface Group {
  readonly name: string
  /** Of the whole group, whatever stands on this page. */
  readonly size: number
  readonly smaller: number
  readonly clients: readonly Client[]
}

export interface Page {
  readonly groups: readonly Group[]
  /** On all pages. */
  readonly matching: readonly Client[]
  /** From 0; the last one where the selection asks for more. */
  readonly page: number
  readonly pages: number
  readonly first: number
  readonly last: number
}

export const INITIAL: Selection = {
  search: '',
  only: 'all',
  group: 'none',
  sort: 'couldGiveUp',
  isDescending: true,
  page: 0,
  pageSize: 50,
}

export function pageOf(clients: readonly Client[], selection: Selection): Page {
  const matching = sorted(
    clients.filter(client => isSearched(client, selection.search) && ONLY[selection.only](client)),
    selection,
  )
  const pages = Math.max(1, Math.ceil(matching.length / selection.pageSize))
  const page = Math.min(selection.page, pages - 1)
  const start = page * selection.pageSize
  const shownClients = matching.slice(start, start + selection.pageSize)
  return {
    groups: groupsOf(shownClients, matching, selection.group),
    matching,
    page,
    pages,
    first: matching.length === 0 ? 0 : start + 1,
    last: start + shownClients.length,
  }
}

/** The part of the name before the first separator: `billing` of `billing-worker-3`. */
export function prefixOf({ row }: Client): string {
  return /^[^-_.:/@\s]+/.exec(row.id)?.[0] ?? row.id
}

/** Every word stands somewhere in it. */
function isSearched({ searched }: Client, search: string): boolean {
  return search
    .toLowerCase()
    .split(/\s+/)
    .every(word => searched.includes(word))
}

const ONLY: Readonly<Record<Only, (client: Client) => boolean>> = {
  all: () => true,
  smaller: client => client.couldGiveUp.length > 0,
  idle: client => client.row.requests === 0,
  denied: client => client.row.denied > 0,
}

const GROUP_NAMES: Readonly<Record<Grouping, (client: Client) => string>> = {
  none: () => '',
  issuer: client => client.issuer,
  prefix: prefixOf,
}

const SORT_KEYS: Readonly<Record<SortKey, (client: Client) => string | number>> = {
  id: client => client.row.id.toLowerCase(),
  issuer: client => client.issuer,
  granted: client => client.granted.size,
  used: client => client.used.size,
  unused: client => client.unused.length,
  misses: client => client.misses.size,
  requests: client => client.row.requests,
  denied: client => client.row.denied,
  couldGiveUp: client => client.couldGiveUp.length,
}

/** By group, then as asked, then by name, so that the order is always the same. */
function sorted(clients: readonly Client[], { group, sort, isDescending }: Selection): readonly Client[] {
  const keyed = clients.map(client => ({
    client,
    group: GROUP_NAMES[group](client),
    key: SORT_KEYS[sort](client),
    name: SORT_KEYS.id(client),
  }))
  const sign = isDescending ? -1 : 1
  keyed.sort(
    (one, other) =>
      compare(one.group, other.group) ||
      sign * compare(one.key, other.key) ||
      compare(one.name, other.name) ||
      one.client.index - other.client.index,
  )
  return keyed.map(({ client }) => client)
}

function compare<T extends string | number>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function groupsOf(page: readonly Client[], matching: readonly Client[], grouping: Grouping): readonly Group[] {
  const nameOf = GROUP_NAMES[grouping]
  const sizes = new Map<string, { size: number; smaller: number }>()
  for (const client of matching) {
    const name = nameOf(client)
    const { size, smaller } = sizes.get(name) ?? { size: 0, smaller: 0 }
    sizes.set(name, { size: size + 1, smaller: smaller + (ONLY.smaller(client) ? 1 : 0) })
  }
  const members = new Map<string, Client[]>()
  for (const client of page) members.set(nameOf(client), [...(members.get(nameOf(client)) ?? []), client])
  return [...members].map(([name, clients]) => ({ name, size: 0, smaller: 0, ...sizes.get(name), clients }))
}
