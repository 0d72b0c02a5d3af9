import type { RouteDenial, RouteUse, UsageRecord } from '../record.ts'
import { leastGrant } from './least-grant.ts'
import { RouteTally } from './route-tally.ts'
import { keyOfRoute, sortedBy, Tally, total } from './tally.ts'
import type { ClientUsage, RefusedUsage, UsageSummary } from './usage-summary.ts'

/** What records of any number, order and origin say together: of processes, of rotated files, of days. */
export function mergeUsage(records: Iterable<UsageRecord>): UsageSummary {
  const merge = new Merge()
  for (const record of records) merge.add(record)
  return merge.summary()
}

/** The same, for more records than fit into memory: no record is held. */
export async function mergeUsageStream(records: AsyncIterable<UsageRecord>): Promise<UsageSummary> {
  const merge = new Merge()
  for await (const record of records) merge.add(record)
  return merge.summary()
}

class Merge {
  readonly #clients = new Map<string, ClientTally>()
  readonly #routes = new RouteTally()
  readonly #refused = new Tally<RefusedUsage>(({ issuer, code, ...at }) => [issuer, code, ...keyOfRoute(at)])
  readonly #overflow = { requests: 0, denied: 0 }
  readonly #period = new Period()

  add(record: UsageRecord): void {
    const { issuer, clientId, routes, denied } = record
    this.#period.add(record)
    this.#routes.add(record)
    if (clientId !== null) {
      const key = JSON.stringify([issuer, clientId])
      const client = this.#clients.get(key) ?? new ClientTally(issuer ?? '', clientId)
      this.#clients.set(key, client)
      client.add(record)
    } else if (routes.length > 0) {
      this.#overflow.requests += total(routes)
      this.#overflow.denied += total(denied)
    } else {
      for (const { method, route, requirement, code, count } of denied) {
        this.#refused.add({ issuer, method, route, requirement, code, count })
      }
    }
  }

  summary(): UsageSummary {
    return {
      from: this.#period.from,
      to: this.#period.to,
      clients: sortedBy(
        [...this.#clients.values()].map(client => client.summary()),
        ({ issuer, clientId }) => [issuer, clientId],
      ),
      routes: this.#routes.summary(),
      refused: sortedBy(this.#refused.values(), ({ issuer, code, ...at }) => [...keyOfRoute(at), issuer, code]),
      overflow: this.#overflow,
    }
  }
}

/** What the records of one client come to. */
class ClientTally {
  readonly #issuer: string
  readonly #clientId: string
  readonly #period = new Period()
  readonly #granted = new Set<string>()
  readonly #used = new Set<string>()
  readonly #implications = new Map<string, Set<string>>()
  readonly #routes = new Tally<RouteUse>(use => [...keyOfRoute(use), use.alternatives], unitedUse)
  readonly #denied = new Tally<RouteDenial>(denial => [...keyOfRoute(denial), denial.code, denial.missing])
  #isComplete = true

  constructor(issuer: string, clientId: string) {
    this.#issuer = issuer
    this.#clientId = clientId
  }

  add(record: UsageRecord): void {
    this.#period.add(record)
    if (record.overflow) this.#isComplete = false
    for (const scope of record.granted) this.#granted.add(scope)
    for (const [scope, narrower] of Object.entries(record.implied ?? {})) {
      const known = this.#implications.get(scope) ?? new Set()
      this.#implications.set(scope, known)
      for (const name of narrower) known.add(name)
    }
    for (const use of record.routes) {
      this.#routes.add(use)
      for (const scope of use.used) this.#used.add(scope)
    }
    for (const denial of record.denied) this.#denied.add(denial)
  }

  summary(): ClientUsage {
    const granted = [...this.#granted].sort()
    const routes = sortedBy(this.#routes.values(), use => [...keyOfRoute(use), JSON.stringify(use.alternatives)])
    const denied = sortedBy(this.#denied.values(), denial => [...keyOfRoute(denial), denial.code, ...denial.missing])
    const least = this.#isComplete ? leastGrant(routes, granted, this.#implications) : granted
    return {
      issuer: this.#issuer,
      clientId: this.#clientId,
      from: this.#period.from ?? '',
      to: this.#period.to ?? '',
      granted,
      used: [...this.#used].sort(),
      unused: granted.filter(scope => !this.#used.has(scope)),
      requests: total(routes),
      deniedRequests: total(denied),
      routes,
      denied,
      isComplete: this.#isComplete,
      leastGrant: least,
      couldGiveUp: granted.filter(scope => !least.includes(scope)),
    }
  }
}

class Period {
  from: string | null = null
  to: string | null = null

  add({ from, to }: { readonly from: string; readonly to: string }): void {
    if (this.from === null || Date.parse(from) < Date.parse(this.from)) this.from = from
    if (this.to === null || Date.parse(to) > Date.parse(this.to)) this.to = to
  }
}

function unitedUse(one: RouteUse, other: RouteUse): RouteUse {
  return { ...one, used: [...new Set([...one.used, ...other.used])].sort() }
}
