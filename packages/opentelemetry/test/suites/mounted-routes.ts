import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@scopeward/express'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { AUDIENCE } from '../support/apis.ts'
import { instrumented } from '../support/telemetry.ts'

async function routeOf(mountedAt: string, path: string): Promise<unknown> {
  const { values } = instrumented()
  const guard = createGuard({
    issuer: 'https://login.example.com',
    audience: AUDIENCE,
    scopes: { 'orders:read': 'Read orders' },
  })
  const router = express.Router()
  router.get('/orders/:id', guard('orders:read'))
  const server = createServer(express().use(mountedAt, router))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(401)
  return (await values('scopeward.requests')).map(([attributes]) => attributes['http.route'])
}

test('a route of an Express router has the mount path in front', async () => {
  expect(await routeOf('/v1', '/v1/orders/7')).toEqual(['/v1/orders/:id'])
})

test('a mount path with a parameter does not carry its value into metrics', async () => {
  expect(JSON.stringify(await routeOf('/tenants/:tenant', '/tenants/alice/orders/7'))).not.toContain('alice')
})
