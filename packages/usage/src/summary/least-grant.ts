import type { RouteUse } from '../record.ts'
import type { Implications } from '../vocabulary.ts'

type Way = readonly string[]

/**
 * A small set of scopes that would have satisfied all of these requirements, sorted. Ways that the client could not go with
 * what it holds are left aside, so that nobody is told to ask for something new in exchange.
 *
 * Scopes that a route takes in every case come first. For each of the others then the way that adds the fewest, and of those
 * the one that serves most of the rest; in the end whatever turned out to be superfluous goes. This is the usual greedy
 * approximation of a set cover: seldom more than the smallest set, never too little.
 */
export function leastGrant(
  routes: readonly Pick<RouteUse, 'alternatives'>[],
  granted: readonly string[],
  implications: Implications,
): readonly string[] {
  const held = withImplied(granted, implications)
  const demands = distinct(routes.map(({ alternatives }) => possible(alternatives, held)))
  const needed = new Set(demands.flatMap(([only, ...others]) => (only === undefined || others.length > 0 ? [] : only)))
  let open = demands
  for (;;) {
    const covered = withImplied(needed, implications)
    open = open.filter(demand => !suffices(covered, demand))
    const best = bestWay(open, covered, implications)
    if (best === undefined) return withoutSuperfluous(needed, demands, implications)
    for (const scope of best) needed.add(scope)
  }
}

function withImplied(scopes: Iterable<string>, implications: Implications): ReadonlySet<string> {
  const all = new Set(scopes)
  for (const scope of scopes) for (const narrower of implications.get(scope) ?? []) all.add(narrower)
  return all
}

function possible(ways: readonly Way[], held: ReadonlySet<string>): readonly Way[] {
  const open = ways.filter(way => way.every(scope => held.has(scope)))
  return open.length > 0 ? open : ways
}

type Demand = readonly Way[]

function distinct(demands: readonly Demand[]): readonly Demand[] {
  return [...new Map(demands.map(demand => [JSON.stringify(demand), demand])).values()]
}

/** A demand without ways cannot be met, and holds nothing up. @param covered with what is implied */
function suffices(covered: ReadonlySet<string>, demand: Demand): boolean {
  return demand.length === 0 || demand.some(way => way.every(scope => covered.has(scope)))
}

/** Of ways that add as few, the one that serves most; of those, the first. */
function bestWay(open: readonly Demand[], covered: ReadonlySet<string>, implications: Implications): Way | undefined {
  const ways = open.flat().map(way => ({ way, added: way.filter(scope => !covered.has(scope)) }))
  const fewest = ways.reduce((least, { added }) => Math.min(least, added.length), Number.POSITIVE_INFINITY)
  const byScope = demandsByScope(open)
  const tried = new Set<string>()
  let best: { readonly way: Way; readonly served: number } | undefined
  for (const { way, added } of ways) {
    const key = added.join(' ')
    if (added.length > fewest || tried.has(key)) continue
    tried.add(key)
    const gained = withImplied(added, implications)
    // What it serves takes at least one of these. To look at all demands each time took half a minute for 500 routes.
    const touched = new Set([...gained].flatMap(scope => byScope.get(scope) ?? []))
    const has = (scope: string) => covered.has(scope) || gained.has(scope)
    const served = [...touched].filter(demand => demand.some(other => other.every(has))).length
    if (best === undefined || served > best.served) best = { way, served }
  }
  return best?.way
}

function demandsByScope(demands: readonly Demand[]): ReadonlyMap<string, readonly Demand[]> {
  const found = new Map<string, Demand[]>()
  for (const demand of demands) {
    for (const scope of new Set(demand.flat())) {
      const known = found.get(scope)
      if (known === undefined) found.set(scope, [demand])
      else known.push(demand)
    }
  }
  return found
}

/** Narrow ones before those that imply them, which are then what is left. */
function withoutSuperfluous(
  needed: ReadonlySet<string>,
  demands: readonly Demand[],
  implications: Implications,
): readonly string[] {
  const breadth = (scope: string) => implications.get(scope)?.size ?? 0
  const kept = new Set(needed)
  for (const scope of [...needed].sort((a, b) => breadth(a) - breadth(b) || (a < b ? 1 : -1))) {
    kept.delete(scope)
    const covered = withImplied(kept, implications)
    if (!demands.every(demand => suffices(covered, demand))) kept.add(scope)
  }
  return [...kept].sort()
}
