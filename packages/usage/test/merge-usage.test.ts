import { expect, test } from 'vitest'
import { mergeUsage, type RouteDenial, type RouteUse, type UsageRecord } from '../src/index.ts'

const ISSUER = 'https://login.example.com'

function use(
  route: string,
  alternatives: readonly (readonly string[])[],
  used: readonly string[],
  count = 1,
): RouteUse {
  const requirement = alternatives.map(way => way.join(' and ')).join(' or ')
  return { method: 'GET', route, requirement, alternatives, count, used }
}

function denial(route: string, scope: string, count = 1): RouteDenial {
  return { method: 'GET', route, requirement: scope, code: 'insufficient_scope', missing: [scope], count }
}

function record(fields: Partial<UsageRecord>): UsageRecord {
  return {
    v: 1,
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-01T00:01:00.000Z',
    issuer: ISSUER,
    clientId: 'shop',
    granted: [],
    routes: [],
    denied: [],
    ...fields,
  }
}

test('grants, uses and refusals of a client add up over records, whatever it was granted in each', () => {
  const summary = mergeUsage([
    record({
      granted: ['a', 'b'],
      routes: [use('/a', [['a']], ['a'], 2)],
      denied: [denial('/c', 'c')],
    }),
    record({
      to: '2026-01-02T00:00:00.000Z',
      granted: ['b', 'd'],
      routes: [use('/d', [['d']], ['d'])],
      denied: [denial('/c', 'c', 4)],
    }),
    record({ from: '2025-12-31T00:00:00.000Z', granted: ['a', 'b'], routes: [use('/a', [['a']], ['a'], 3)] }),
  ])
  expect(summary).toMatchObject({ from: '2025-12-31T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' })
  expect(summary.clients).toEqual([
    {
      issuer: ISSUER,
      clientId: 'shop',
      from: '2025-12-31T00:00:00.000Z',
      to: '2026-01-02T00:00:00.000Z',
      granted: ['a', 'b', 'd'],
      used: ['a', 'd'],
      unused: ['b'],
      requests: 6,
      deniedRequests: 5,
      routes: [use('/a', [['a']], ['a'], 5), use('/d', [['d']], ['d'])],
      denied: [denial('/c', 'c', 5)],
      isComplete: true,
      leastGrant: ['a', 'd'],
      couldGiveUp: ['b'],
    },
  ])
})

test('clients of one name at two issuers are two, and routes name their callers', () => {
  const summary = mergeUsage([
    record({ issuer: 'https://two.example.com', granted: ['a'], routes: [use('/a', [['a']], ['a'])] }),
    record({ granted: ['a'], routes: [use('/a', [['a']], ['a'], 7)] }),
    record({ clientId: 'other', granted: ['b'], denied: [denial('/a', 'a', 2)] }),
    record({
      issuer: null,
      clientId: null,
      denied: [{ ...denial('/a', 'a', 9), code: 'credentials_missing', missing: [] }],
    }),
  ])
  expect(summary.clients.map(({ issuer, clientId }) => [issuer, clientId])).toEqual([
    [ISSUER, 'other'],
    [ISSUER, 'shop'],
    ['https://two.example.com', 'shop'],
  ])
  expect(summary.routes).toEqual([
    {
      method: 'GET',
      route: '/a',
      requirement: 'a',
      requests: 8,
      denied: 11,
      callers: [
        { issuer: ISSUER, clientId: 'other', requests: 0, denied: 2 },
        { issuer: ISSUER, clientId: 'shop', requests: 7, denied: 0 },
        { issuer: 'https://two.example.com', clientId: 'shop', requests: 1, denied: 0 },
      ],
    },
  ])
  expect(summary.refused).toEqual([
    { issuer: null, method: 'GET', route: '/a', requirement: 'a', code: 'credentials_missing', count: 9 },
  ])
})

test('a client that was only refused could give up all that it holds', () => {
  const [client] = mergeUsage([record({ granted: ['a', 'b'], denied: [denial('/c', 'c')] })]).clients
  expect(client).toMatchObject({ unused: ['a', 'b'], leastGrant: [], couldGiveUp: ['a', 'b'], requests: 0 })
})

test('no records make an empty summary', () => {
  expect(mergeUsage([])).toEqual({
    from: null,
    to: null,
    clients: [],
    routes: [],
    refused: [],
    overflow: { requests: 0, denied: 0 },
  })
})

test('names of objects’ own members are names like any other', () => {
  const names = ['__proto__', 'constructor', 'toString']
  const written = JSON.parse(
    JSON.stringify(record({ granted: names, routes: [use('/a', [['toString']], ['__proto__'])] })).replace(
      '"routes"',
      '"implied":{"__proto__":["toString"]},"routes"',
    ),
  ) as UsageRecord
  const [client] = mergeUsage([written]).clients
  expect(client).toMatchObject({ granted: ['__proto__', 'constructor', 'toString'], leastGrant: ['toString'] })
})
