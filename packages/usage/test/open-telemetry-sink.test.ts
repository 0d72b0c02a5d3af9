import { ConfigurationError } from '@scopeward/core'
import { expect, test } from 'vitest'
import { createUsageRecorder, openTelemetrySink, type UsageMeter } from '../src/index.ts'
import { at, callerOf, refused, requires } from './support/requests.ts'

test('adds to two counters, with what tells clients, routes and scopes apart', async () => {
  const added: unknown[] = []
  const meter: UsageMeter = {
    createCounter: name => ({ add: (value, attributes) => void added.push([name, value, attributes]) }),
  }
  const recorder = createUsageRecorder({ sink: openTelemetrySink(meter) })
  const shop = callerOf('shop', 'orders:read')
  recorder.granted(shop, at('/orders'), requires('orders:read'))
  recorder.granted(shop, at('/orders'), requires('orders:read'))
  recorder.denied({ ...refused('insufficient_scope'), caller: shop }, { method: 'POST' }, requires('orders:write'))
  recorder.denied(refused('credentials_missing'), at('/orders'), requires('orders:read'))
  await recorder.flush()
  await recorder.close()
  const client = { 'scopeward.issuer': 'https://login.example.com', 'scopeward.client.id': 'shop' }
  const route = { 'http.request.method': 'GET', 'http.route': '/orders', 'scopeward.requirement': 'orders:read' }
  expect(added).toEqual([
    ['scopeward.usage.requests', 2, { ...client, ...route, 'scopeward.scopes.used': ['orders:read'] }],
    [
      'scopeward.usage.denied',
      1,
      {
        ...client,
        'http.request.method': 'POST',
        'scopeward.requirement': 'orders:write',
        'error.type': 'insufficient_scope',
        'scopeward.scopes.missing': ['orders:write'],
      },
    ],
    ['scopeward.usage.denied', 1, { ...route, 'error.type': 'credentials_missing', 'scopeward.scopes.missing': [] }],
  ])
})

test.each([undefined, null, {}, 'meter'])('%o is no meter', meter => {
  expect(() => openTelemetrySink(meter as never)).toThrow(ConfigurationError)
})
