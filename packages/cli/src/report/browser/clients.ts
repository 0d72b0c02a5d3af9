import type { ClientRow, ReportData } from '../report-data.ts'
import { counted } from './text.ts'

/** A client as the views ask for it. Scopes are positions in `ReportData.scopes`. */
export interface Client {
  readonly index: number
  readonly row: ClientRow
  readonly issuer: string
  /** Lower case. */
  readonly searched: string
  readonly granted: ReadonlySet<number>
  readonly used: ReadonlySet<number>
  readonly least: ReadonlySet<number>
  readonly unused: readonly number[]
  readonly couldGiveUp: readonly number[]
  /** Not granted, but enough in place of a broader one. */
  readonly instead: readonly number[]
  /** Scope to how many requests took it. */
  readonly uses: ReadonlyMap<number, number>
  /** Scope to how many requests were refused for lack of it. */
  readonly misses: ReadonlyMap<number, number>
}

export type CellKind = 'used' | 'broad' | 'unused' | 'denied' | 'instead' | 'none'

/** One client and one scope. */
export interface Cell {
  readonly kind: CellKind
  readonly mark: string
  /** All that it says, for whoever sees neither colour nor mark. */
  readonly text: string
  /** 0 to 3: how often, by powers of ten. */
  readonly heat: number
}

export const MARKS: Readonly<Record<CellKind, string>> = {
  used: '●',
  broad: '◐',
  unused: '○',
  denied: '×',
  instead: '+',
  none: '',
}

export function clientsOf({ clients, issuers }: ReportData): readonly Client[] {
  return clients.map((row, index) => {
    const issuer = issuers[row.issuer] ?? ''
    const granted = new Set(row.granted)
    const used = new Set(row.used)
    const least = new Set(row.least)
    return {
      index,
      row,
      issuer,
      searched: `${row.id}\n${issuer}`.toLowerCase(),
      granted,
      used,
      least,
      unused: row.granted.filter(scope => !used.has(scope)),
      couldGiveUp: row.granted.filter(scope => !least.has(scope)),
      instead: row.least.filter(scope => !granted.has(scope)),
      uses: summed(row.uses.map(([, count, scopes]) => [scopes, count])),
      misses: summed(row.denials.map(([, , missing, count]) => [missing, count])),
    }
  })
}

function summed(counts: readonly (readonly [scopes: readonly number[], count: number])[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>()
  for (const [scopes, count] of counts) for (const scope of scopes) sums.set(scope, (sums.get(scope) ?? 0) + count)
  return sums
}

export function cellOf(client: Client, scope: number): Cell {
  const uses = client.uses.get(scope) ?? 0
  const misses = client.misses.get(scope) ?? 0
  const kind = kindOf(client, scope, misses)
  const texts = [MEANINGS[kind]]
  if (uses > 0) texts.push(counted(uses, 'request'))
  if (misses > 0) texts.push(`${counted(misses, 'request')} refused for lack of it`)
  return { kind, mark: MARKS[kind], text: texts.join(', '), heat: heatOf(kind === 'denied' ? misses : uses) }
}

export const MEANINGS: Readonly<Record<CellKind, string>> = {
  used: 'used',
  broad: 'used, but could be given up',
  unused: 'granted, never used',
  denied: 'denied',
  instead: 'not granted, would do in place of a broader scope',
  none: 'not granted',
}

function kindOf(client: Client, scope: number, misses: number): CellKind {
  if (!client.granted.has(scope)) {
    if (client.least.has(scope)) return 'instead'
    return misses > 0 ? 'denied' : 'none'
  }
  if (!client.used.has(scope)) return 'unused'
  return client.least.has(scope) ? 'used' : 'broad'
}

function heatOf(count: number): number {
  return count < 10 ? 0 : count < 100 ? 1 : count < 1000 ? 2 : 3
}
