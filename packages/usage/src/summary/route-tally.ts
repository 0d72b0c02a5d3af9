import type { RouteOfUse, UsageRecord } from '../record.ts'
import { keyOfRoute, sortedBy, Tally } from './tally.ts'
import type { RouteCaller, RouteUsage } from './usage-summary.ts'

interface Visit extends RouteOfUse {
  readonly issuer: string | null
  readonly clientId: string | null
  readonly count: number
  readonly denied: number
}

/** Who was where. */
export class RouteTally {
  readonly #visits = new Tally<Visit>(
    visit => [...keyOfRoute(visit), visit.issuer, visit.clientId],
    (one, other) => ({ ...one, denied: one.denied + other.denied }),
  )

  add({ issuer, clientId, routes, denied }: UsageRecord): void {
    const who = { issuer, clientId }
    for (const use of routes) this.#visits.add({ ...who, ...placeOf(use), count: use.count, denied: 0 })
    for (const denial of denied) {
      this.#visits.add({ ...who, ...placeOf(denial), count: denial.count, denied: denial.count })
    }
  }

  summary(): readonly RouteUsage[] {
    const routes = new Map<string, { place: RouteOfUse; visits: Visit[] }>()
    for (const visit of this.#visits.values()) {
      const key = JSON.stringify(keyOfRoute(visit))
      const route = routes.get(key) ?? { place: placeOf(visit), visits: [] }
      routes.set(key, route)
      route.visits.push(visit)
    }
    return sortedBy([...routes.values()].map(usageOf), keyOfRoute)
  }
}

function usageOf({ place, visits }: { readonly place: RouteOfUse; readonly visits: readonly Visit[] }): RouteUsage {
  const denied = visits.reduce((sum, visit) => sum + visit.denied, 0)
  const asked = visits.reduce((sum, visit) => sum + visit.count, 0)
  const callers = visits.flatMap(visit => (visit.clientId === null ? [] : [callerOf(visit, visit.clientId)]))
  return {
    ...place,
    requests: asked - denied,
    denied,
    callers: sortedBy(callers, ({ issuer, clientId }) => [issuer, clientId]),
  }
}

function callerOf({ issuer, count, denied }: Visit, clientId: string): RouteCaller {
  return { issuer: issuer ?? '', clientId, requests: count - denied, denied }
}

function placeOf({ method, route, requirement }: RouteOfUse): RouteOfUse {
  return { method, route, requirement }
}
