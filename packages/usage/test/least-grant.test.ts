import { expect, test } from 'vitest'
import { mergeUsage, type RouteUse, type UsageRecord } from '../src/index.ts'
import { leastGrant } from '../src/summary/least-grant.ts'
import { type Random, randomOf } from './support/random.ts'

type Demand = readonly (readonly string[])[]

function least(demands: readonly Demand[], granted: string, implied: Record<string, readonly string[]> = {}) {
  const implications = new Map(Object.entries(implied).map(([scope, narrower]) => [scope, new Set(narrower)]))
  const routes = demands.map(alternatives => ({ alternatives }))
  return leastGrant(routes, granted.split(' '), implications).join(' ')
}

const ADMIN = { admin: ['write', 'read'], write: ['read'] }

test.each<[string, string, readonly Demand[], string, Record<string, readonly string[]>?]>([
  ['nothing where nothing is required', '', [[[]]], 'a b'],
  ['what a route takes', 'a', [[['a']]], 'a b'],
  ['all that one way takes', 'a b', [[['a', 'b']]], 'a b c'],
  ['the way with fewer scopes', 'c', [[['a', 'b'], ['c']]], 'a b c'],
  ['the way that another route takes anyway', 'a b', [[['a', 'b'], ['c']], [['a', 'b']]], 'a b c'],
  [
    'the scope that serves most routes',
    'c',
    [
      [['a'], ['c']],
      [['b'], ['c']],
    ],
    'a b c',
  ],
  ['narrower scopes than those that were granted', 'read', [[['read']]], 'admin', ADMIN],
  ['no scope that another one needed implies', 'write', [[['read']], [['write']]], 'admin', ADMIN],
  ['the broad one where a route takes it', 'admin', [[['read']], [['admin']]], 'admin read', ADMIN],
  ['none that the client does not hold', 'a b', [[['a', 'b'], ['never-granted']]], 'a b'],
  ['what is required where nobody knows how the client met it', 'read', [[['read']]], 'admin'],
])('takes %s', (_rule, expected, demands, granted, implied = {}) => {
  expect(least(demands, granted, implied)).toBe(expected)
})

const SCOPES = ['a', 'b', 'c', 'd', 'e', 'f']

function someOf(random: Random, values: readonly string[], most: number): readonly string[] {
  const count = values.length === 0 ? 0 : random.below(most + 1)
  return [...new Set(Array.from({ length: count }, () => random.pick(values)))]
}

/** Later ones imply earlier ones, transitively. */
function implicationsFrom(random: Random): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>()
  for (const [index, scope] of SCOPES.entries()) {
    const direct = random.below(3) === 0 ? someOf(random, SCOPES.slice(0, index), 2) : []
    const closure = new Set(direct.flatMap(name => [name, ...(found.get(name) ?? [])]))
    if (closure.size > 0) found.set(scope, closure)
  }
  return found
}

function satisfies(
  scopes: Iterable<string>,
  demand: Demand,
  implied: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const all = new Set([...scopes].flatMap(scope => [scope, ...(implied.get(scope) ?? [])]))
  return demand.some(way => way.every(scope => all.has(scope)))
}

test('of any traffic, the least grant serves all of it, has nothing superfluous, and is close to the smallest there is', () => {
  const random = randomOf(20_260_101)
  let excess = 0
  let runs = 0
  for (let run = 0; run < 200; run++) {
    const implied = implicationsFrom(random)
    const granted = someOf(random, SCOPES, 5)
    const demands = Array.from({ length: random.below(6) }, () =>
      Array.from({ length: 1 + random.below(3) }, () => someOf(random, SCOPES, 3)),
    ).filter(demand => satisfies(granted, demand, implied))
    const found = leastGrant(
      demands.map(alternatives => ({ alternatives })),
      granted,
      implied,
    )
    const serves = (scopes: readonly string[]) => demands.every(demand => satisfies(scopes, demand, implied))
    const context = JSON.stringify({
      granted,
      demands,
      found,
      implied: [...implied].map(([name, set]) => [name, [...set]]),
    })
    expect(serves(found), context).toBe(true)
    const held = new Set(granted.flatMap(scope => [scope, ...(implied.get(scope) ?? [])]))
    expect(
      found.every(scope => held.has(scope)),
      context,
    ).toBe(true)
    for (const scope of found) expect(serves(found.filter(other => other !== scope)), context).toBe(false)
    excess += found.length - smallest(serves, [...held])
    runs++
  }
  expect(runs).toBe(200)
  expect(excess / runs).toBeLessThan(0.05)
})

function smallest(serves: (scopes: readonly string[]) => boolean, held: readonly string[]): number {
  let best = held.length
  for (let bits = 0; bits < 1 << held.length; bits++) {
    const scopes = held.filter((_, index) => (bits >> index) & 1)
    if (scopes.length < best && serves(scopes)) best = scopes.length
  }
  return best
}

test('a client with all scopes on hundreds of routes takes no longer than anybody would wait', () => {
  const name = (n: number) => `scope-${n % 300}`
  const demands = Array.from({ length: 500 }, (_, n) => [[name(n * 7)], [name(n * 13)], [name(n * 29), name(n)]])
  const granted = Array.from({ length: 300 }, (_, n) => name(n))
  const begun = performance.now()
  const found = leastGrant(
    demands.map(alternatives => ({ alternatives })),
    granted,
    new Map(),
  )
  expect(performance.now() - begun).toBeLessThan(5000)
  expect(demands.every(demand => satisfies(found, demand, new Map()))).toBe(true)
})

test('of any records, order and grouping do not matter to the sums', () => {
  const random = randomOf(7)
  for (let run = 0; run < 25; run++) {
    const records = Array.from({ length: 1 + random.below(20) }, () => anyRecord(random))
    const summary = mergeUsage(records)
    expect(withoutOrder(mergeUsage(records.toReversed()))).toEqual(withoutOrder(summary))
    const requests = records.flatMap(({ routes }) => routes).reduce((sum, { count }) => sum + count, 0)
    const denied = records.flatMap(({ denied: refusals }) => refusals).reduce((sum, { count }) => sum + count, 0)
    expect(sum(summary.routes, 'requests')).toBe(requests)
    expect(sum(summary.routes, 'denied')).toBe(denied)
    expect(sum(summary.clients, 'requests') + summary.overflow.requests).toBe(requests)
    const strangers = summary.refused.reduce((all, { count }) => all + count, 0)
    expect(sum(summary.clients, 'deniedRequests') + summary.overflow.denied + strangers).toBe(denied)
    for (const client of summary.clients) {
      expect([...client.used, ...client.unused].sort()).toEqual([...client.granted])
      expect(client.couldGiveUp.every(scope => client.granted.includes(scope))).toBe(true)
      expect(client.couldGiveUp.some(scope => client.leastGrant.includes(scope))).toBe(false)
    }
  }
})

function withoutOrder(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function sum<Name extends string>(all: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return all.reduce((total, each) => total + each[name], 0)
}

function anyRecord(random: Random): UsageRecord {
  const granted = someOf(random, SCOPES, 4)
  const isStranger = random.below(5) === 0
  const isOverflow = random.below(10) === 0
  const route = () => ({
    method: random.pick(['GET', 'POST']),
    route: random.pick(['/a', '/b', null]),
    requirement: 'x',
  })
  const routes: RouteUse[] =
    isStranger && !isOverflow
      ? []
      : Array.from({ length: random.below(4) }, () => ({
          ...route(),
          alternatives: [[random.pick(SCOPES)]],
          count: 1 + random.below(9),
          used: granted.slice(0, random.below(granted.length + 1)),
        }))
  const code = random.pick(['insufficient_scope', 'token_expired'])
  const denied = Array.from({ length: random.below(3) }, () => ({
    ...route(),
    code,
    missing: [],
    count: 1 + random.below(9),
  }))
  const time = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
  const from = random.below(20)
  return {
    v: 1,
    from: time(from),
    to: time(from + 1),
    issuer: isStranger ? null : random.pick(['https://one.example', 'https://two.example']),
    clientId: isStranger ? null : random.pick(['x', 'y', 'z']),
    granted: isStranger ? [] : granted,
    ...(isOverflow && { overflow: true as const }),
    routes,
    denied,
  }
}
