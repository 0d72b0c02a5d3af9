import type { DeclaredRequirement, UsedRoute } from '@scopeward/core'
import { type DenialCounter, type Ledger, type LedgerOwner, openLedger, settle, type UseCounter } from './ledger.ts'
import { type RouteEntry, RouteTable, UNLISTED } from './route-table.ts'

export interface BookLimits {
  readonly maxLedgers: number
  readonly maxRoutes: number
  /** Counters and names of scopes, of all ledgers together. */
  readonly maxCells: number
}

const NO_SCOPES: ReadonlySet<string> = new Set()

/** Ledgers, up to a number; what comes after is counted together. Never throws, and never holds more than its limits. */
export class Book {
  readonly #limits: BookLimits
  readonly #routes: RouteTable
  readonly #ledgers = new Map<string, Ledger>()
  #overflow: Ledger | undefined
  #cells = 0

  constructor(limits: BookLimits) {
    this.#limits = limits
    this.#routes = new RouteTable(limits.maxRoutes)
  }

  ledgers(): readonly Ledger[] {
    return this.#overflow === undefined ? [...this.#ledgers.values()] : [...this.#ledgers.values(), this.#overflow]
  }

  /** The one of this owner, or that of all who found no room. */
  ledgerOf(owner: LedgerOwner): Ledger {
    const key = JSON.stringify([owner.issuer, owner.clientId, owner.granted])
    const known = this.#ledgers.get(key)
    if (known !== undefined) return known
    const { maxLedgers, maxCells } = this.#limits
    if (this.#ledgers.size >= maxLedgers || this.#cells + owner.granted.length > maxCells) return this.overflow
    this.#cells += owner.granted.length
    const opened = openLedger(owner, false)
    this.#ledgers.set(key, opened)
    return opened
  }

  get overflow(): Ledger {
    this.#overflow ??= openLedger({ issuer: null, clientId: null, granted: [], scopes: NO_SCOPES }, true)
    return this.#overflow
  }

  /** Counts a use that is not like the last one. */
  use(ledger: Ledger, { method, route }: UsedRoute, required: DeclaredRequirement, count = 1): void {
    const entry = this.#routes.find(required, method, route)
    const counter = ledger.uses.get(entry) ?? this.#newUse(ledger, entry)
    counter.count += count
    if (counter.entry === UNLISTED) return
    settle(ledger)
    ledger.last = counter
    ledger.required = required
    ledger.method = method
    ledger.route = route
  }

  denial(ledger: Ledger, { method, route }: UsedRoute, required: DeclaredRequirement, code: string): DenialCounter {
    const entry = this.#routes.find(required, method, route)
    return ledger.denials.get(entry)?.get(code) ?? this.#newDenial(ledger, entry, code)
  }

  #newUse(ledger: Ledger, found: RouteEntry): UseCounter {
    const entry = this.#roomFor(ledger, found)
    const known = ledger.uses.get(entry)
    if (known !== undefined) return known
    const counter: UseCounter = { count: 0, entry }
    ledger.uses.set(entry, counter)
    return counter
  }

  #newDenial(ledger: Ledger, found: RouteEntry, code: string): DenialCounter {
    const entry = this.#roomFor(ledger, found)
    const byCode = ledger.denials.get(entry) ?? new Map<string, DenialCounter>()
    ledger.denials.set(entry, byCode)
    const counter = byCode.get(code) ?? { count: 0 }
    byCode.set(code, counter)
    return counter
  }

  /** What has no room is counted without its route: one counter in each ledger, one for each code. */
  #roomFor(ledger: Ledger, entry: RouteEntry): RouteEntry {
    if (entry !== UNLISTED && this.#cells < this.#limits.maxCells) {
      this.#cells++
      return entry
    }
    ledger.hasOverflow = true
    return UNLISTED
  }
}
