import type { DeclaredRequirement } from '@scopeward/core'
import type { Grant } from './grant.ts'
import { type RouteEntry, UNLISTED } from './route-table.ts'

/** What is counted of one issuer, client and grant. */
export interface Ledger extends Grant {
  readonly issuer: string | null
  readonly clientId: string | null
  readonly uses: Map<RouteEntry, UseCounter>
  /** By code. */
  readonly denials: Map<RouteEntry, Map<string, DenialCounter>>
  /** Of all owners who found no room. */
  readonly isShared: boolean
  /**
   * The use that the last request was, and how many there were like it since the one before was another. Here, and not
   * in the counter: of thousands of clients no counter would be in the processor's cache.
   */
  last: UseCounter
  required: DeclaredRequirement | undefined
  method: string
  route: string | undefined
  repeated: number
  /** Whether something was counted without telling it apart. */
  hasOverflow: boolean
}

export interface UseCounter {
  count: number
  readonly entry: RouteEntry
}

export interface DenialCounter {
  count: number
}

export type LedgerOwner = Pick<Ledger, 'issuer' | 'clientId'> & Grant

export function openLedger({ issuer, clientId, granted, scopes }: LedgerOwner, isShared: boolean): Ledger {
  return {
    required: undefined,
    method: '',
    route: undefined,
    repeated: 0,
    last: NO_USE,
    issuer,
    clientId,
    granted,
    scopes,
    uses: new Map(),
    denials: new Map(),
    isShared,
    hasOverflow: isShared,
  }
}

/** Makes the counters tell all. */
export function settle(ledger: Ledger): void {
  ledger.last.count += ledger.repeated
  ledger.repeated = 0
}

/** Before the first request. */
const NO_USE: UseCounter = { count: 0, entry: UNLISTED }
