import { mergeUsage, type UsageRecord } from '@scopeward/usage'
import { expect, test } from 'vitest'
import { type Client, cellOf, clientsOf } from '../src/report/browser/clients.ts'
import { columnsOf, SCOPES_AT_ONCE } from '../src/report/browser/heat-view.ts'
import { routesMatching, visitsOf } from '../src/report/browser/routes-view.ts'
import { INITIAL, pageOf, prefixOf } from '../src/report/browser/selection.ts'
import { shown } from '../src/report/browser/text.ts'
import type { ReportData } from '../src/report/report-data.ts'
import { toReportData } from '../src/report/to-report-data.ts'
import { denialOf, recordOf, useOf } from './report-support.ts'

function dataOf(...records: readonly UsageRecord[]): ReportData {
  return toReportData(mergeUsage(records), 'Test', new Date('2026-01-07T00:00:00Z'))
}

function namesOf(clients: readonly Client[]): readonly string[] {
  return clients.map(({ row }) => row.id)
}

test('each cell says whether a scope was used, could be given up, was never used, was denied or would do instead', () => {
  const data = dataOf(
    recordOf('billing', ['admin', 'read', 'spare'], {
      implied: { admin: ['narrow'] },
      routes: [useOf('read', 120), useOf('narrow', 3, ['admin'])],
      denied: [denialOf('void', 4)],
    }),
  )
  const [client] = clientsOf(data)
  const cells = data.scopes.map(name => {
    const { mark, text, heat } = cellOf(client!, data.scopes.indexOf(name))
    return `${name} ${mark} ${text} (${heat})`
  })
  expect(cells).toEqual([
    'admin ◐ used, but could be given up, 3 requests (0)',
    'narrow + not granted, would do in place of a broader scope (0)',
    'read ● used, 120 requests (2)',
    'spare ○ granted, never used (0)',
    'void × denied, 4 requests refused for lack of it (0)',
  ])
})

test('a client reads as the summary of its records says', () => {
  const data = dataOf(
    recordOf('billing', ['read', 'spare'], { routes: [useOf('read', 2)] }),
    recordOf('billing', ['read', 'write'], { routes: [useOf('read', 3)], denied: [denialOf('void', 4)] }),
  )
  const [client, ...others] = clientsOf(data)
  expect(others).toEqual([])
  expect({ requests: client!.row.requests, denied: client!.row.denied }).toEqual({ requests: 5, denied: 4 })
  const names = (scopes: Iterable<number>) => [...scopes].map(scope => data.scopes[scope])
  expect(names(client!.granted)).toEqual(['read', 'spare', 'write'])
  expect(names(client!.least)).toEqual(['read'])
  expect(names(client!.unused)).toEqual(['spare', 'write'])
  expect(names(client!.couldGiveUp)).toEqual(['spare', 'write'])
  expect(names(client!.misses.keys())).toEqual(['void'])
  expect(data.codes).toMatchObject([{ code: 'insufficient_scope', status: 403 }])
})

test('clients are searched by word, filtered, sorted, grouped and paged', () => {
  const data = dataOf(
    recordOf('billing-worker', ['a', 'b'], { routes: [useOf('a', 9)] }),
    recordOf('billing-cron', ['a'], { routes: [useOf('a', 5)] }),
    recordOf('shop.web', ['a', 'b', 'c'], { routes: [useOf('a')], denied: [denialOf('d')] }),
    recordOf('Shop-app', ['a'], { denied: [denialOf('d', 2)], issuer: 'https://other.example.com' }),
  )
  const clients = clientsOf(data)
  const found = (change: object) => namesOf(pageOf(clients, { ...INITIAL, ...change }).groups.flatMap(g => g.clients))
  expect(found({})).toEqual(['shop.web', 'billing-worker', 'Shop-app', 'billing-cron'])
  expect(found({ search: 'SHOP other' })).toEqual(['Shop-app'])
  expect(found({ only: 'smaller', sort: 'id', isDescending: false })).toEqual([
    'billing-worker',
    'Shop-app',
    'shop.web',
  ])
  expect(found({ only: 'idle' })).toEqual(['Shop-app'])
  expect(found({ only: 'denied', sort: 'denied' })).toEqual(['Shop-app', 'shop.web'])
  expect(found({ sort: 'requests', pageSize: 3, page: 1 })).toEqual(['Shop-app'])
  expect(found({ pageSize: 3, page: 99 })).toEqual(['billing-cron'])
  expect(clients.map(prefixOf)).toEqual(['billing', 'billing', 'shop', 'Shop'])
  const { groups } = pageOf(clients, { ...INITIAL, group: 'prefix', pageSize: 2 })
  expect(groups.map(({ name, size, smaller }) => ({ name, size, smaller }))).toEqual([
    { name: 'Shop', size: 1, smaller: 1 },
    { name: 'billing', size: 2, smaller: 1 },
  ])
})

test('the heat map has the scopes of the clients on the page, and never more than fit', () => {
  const many = Array.from({ length: 120 }, (_, index) => `scope-${String(index).padStart(3, '0')}`)
  const data = dataOf(
    recordOf('few', ['a'], { routes: [useOf('a')], denied: [denialOf('b')] }),
    recordOf('many', many, { routes: [useOf('scope-000')] }),
  )
  const pageWith = (search: string) => pageOf(clientsOf(data), { ...INITIAL, search })
  const names = (scopes: readonly number[]) => scopes.map(scope => data.scopes[scope])
  expect(names(columnsOf(data, pageWith('few'), '', 0).scopes)).toEqual(['a', 'b'])
  const last = columnsOf(data, pageWith(''), '', 99)
  expect(last).toMatchObject({ matching: 122, page: 2, pages: 3 })
  expect(last.scopes.length).toBe(122 - 2 * SCOPES_AT_ONCE)
  expect(names(columnsOf(data, pageWith(''), '-11', 0).scopes)).toEqual(many.slice(110))
})

test('a route tells its callers, those who came most first, whatever they were answered', () => {
  const data = dataOf(
    recordOf('seldom', ['a'], { routes: [useOf('a', 2)] }),
    recordOf('often', ['a'], { routes: [useOf('a', 7)] }),
    recordOf('never', [], { denied: [denialOf('a', 5)] }),
    recordOf(null, [], { denied: [{ ...denialOf('a', 3), code: 'token_expired', missing: [] }] }),
  )
  const [visits] = visitsOf(data, clientsOf(data))
  expect(visits!.map(({ client, requests, denied }) => [client.row.id, requests, denied])).toEqual([
    ['often', 7, 0],
    ['seldom', 2, 0],
    ['never', 0, 5],
  ])
  expect(data.routes).toMatchObject([{ path: '/a', requests: 9, denied: 8 }])
  expect(data.refused).toMatchObject([{ route: 0, count: 3 }])
  expect(routesMatching(data, 'get /a')).toEqual([0])
  expect(routesMatching(data, 'post')).toEqual([])
})

test('what cannot be seen in a name is spelled out', () => {
  expect(shown('order-service é 漢')).toBe('order-service é 漢')
  expect(shown('a\u202Eb\u200Bc\u0000\n\uD800')).toBe('a\\u{202e}b\\u{200b}c\\u{0}\\u{a}\\u{d800}')
  expect(shown('')).toBe('(empty)')
})
