import type { DeclaredRequirement, RefusedRequest, UsedRoute, UsingCaller } from '@scopeward/core'
import type { UsageSettings } from '../options.ts'
import { Book } from './book.ts'
import { grantOf } from './grant.ts'
import { type Ledger, settle } from './ledger.ts'

/** Counters and names for each client that is told apart, on average. At least those of one client on all routes. */
const CELLS_PER_CLIENT = 50
/** Denials have codes. */
const CELLS_PER_ROUTE = 10

/** Issuers whose refusals are told apart. An API of many tenants has more, but here anybody may name them. */
const MAX_REFUSING_ISSUERS = 1000

/** What was counted since a point in time. */
export class Window {
  readonly startedAt: number
  readonly #implications: UsageSettings['implications']
  readonly #byCaller = new WeakMap<UsingCaller, Ledger>()
  readonly #byName = new Map<string, Map<string, Ledger>>()
  readonly #byIssuer = new Map<string | undefined, Ledger>()
  readonly #clients: Book
  /** Apart: whoever sends requests without a genuine token must not take the room of those who have one. */
  readonly #strangers: Book

  constructor(settings: Pick<UsageSettings, 'implications' | 'maxClients' | 'maxRoutes'>, startedAt: number) {
    this.startedAt = startedAt
    this.#implications = settings.implications
    const { maxClients, maxRoutes } = settings
    const maxCells = maxRoutes * CELLS_PER_ROUTE
    this.#clients = new Book({ maxLedgers: maxClients, maxRoutes, maxCells: maxCells + maxClients * CELLS_PER_CLIENT })
    this.#strangers = new Book({ maxLedgers: MAX_REFUSING_ISSUERS, maxRoutes, maxCells })
  }

  granted(caller: UsingCaller, route: UsedRoute, required: DeclaredRequirement): void {
    const ledger = this.#byCaller.get(caller) ?? this.#ledgerOf(caller)
    if (ledger.required === required && ledger.method === route.method && ledger.route === route.route) {
      ledger.repeated++
    } else {
      this.#clients.use(ledger, route, required)
    }
  }

  denied({ code, issuer, clientId, caller }: RefusedRequest, route: UsedRoute, required: DeclaredRequirement): void {
    if (caller !== undefined) {
      const ledger = this.#byCaller.get(caller) ?? this.#ledgerOf(caller)
      this.#clients.denial(ledger, route, required, code).count++
    } else if (issuer !== undefined && clientId !== undefined) {
      this.#clients.denial(this.#ledgerOfName(issuer, clientId), route, required, code).count++
    } else {
      this.#strangers.denial(this.#ledgerOfIssuer(issuer), route, required, code).count++
    }
  }

  ledgers(): readonly Ledger[] {
    const ledgers = [...this.#clients.ledgers(), ...this.#strangers.ledgers()]
    for (const ledger of ledgers) settle(ledger)
    return ledgers
  }

  /** Adds what was counted elsewhere, within the limits of this window. */
  absorb(ledgers: readonly Ledger[]): void {
    for (const from of ledgers) {
      const book = from.clientId === null && from.uses.size === 0 ? this.#strangers : this.#clients
      const to = from.isShared ? book.overflow : book.ledgerOf(from)
      to.hasOverflow ||= from.hasOverflow
      for (const { entry, count } of from.uses.values()) book.use(to, entry, entry.required, count)
      for (const [entry, byCode] of from.denials) {
        for (const [code, { count }] of byCode) book.denial(to, entry, entry.required, code).count += count
      }
    }
  }

  #ledgerOf(caller: UsingCaller): Ledger {
    const { issuer, clientId } = caller
    const ledger = this.#clients.ledgerOf({ issuer, clientId, ...grantOf(caller, this.#implications) })
    this.#byCaller.set(caller, ledger)
    return ledger
  }

  #ledgerOfName(issuer: string, clientId: string): Ledger {
    const known = this.#byName.get(issuer)?.get(clientId)
    if (known !== undefined) return known
    const ledger = this.#clients.ledgerOf({ issuer, clientId, granted: [], scopes: new Set() })
    if (ledger.isShared) return ledger
    const names = this.#byName.get(issuer)
    if (names === undefined) this.#byName.set(issuer, new Map([[clientId, ledger]]))
    else names.set(clientId, ledger)
    return ledger
  }

  #ledgerOfIssuer(issuer: string | undefined): Ledger {
    const known = this.#byIssuer.get(issuer)
    if (known !== undefined) return known
    const ledger = this.#strangers.ledgerOf({ issuer: issuer ?? null, clientId: null, granted: [], scopes: new Set() })
    if (!ledger.isShared) this.#byIssuer.set(issuer, ledger)
    return ledger
  }
}
