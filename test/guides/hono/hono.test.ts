import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createResourceServer } from '@scopeward/core'
import { createTestIssuer } from '@scopeward/testing'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { codeBlocks } from '../../docs/markdown.ts'
import { describeGuide, sourcesIn } from '../support.ts'
import { createApp } from './app.ts'
import { createAccessControl } from './scopeward.ts'

describeGuide('Hono', async overrides => {
  const app = await createApp(overrides)
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
  }
  return { port: (server.address() as AddressInfo).port, stop }
})

test('an app with a route that is neither guarded nor public does not get past ready, also inside another', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  const { guard, publicRoute, ready } = createAccessControl(issuer.options)
  const inner = new Hono()
  inner.get('/controls', guard('controls:read'), c => c.text(c.var.auth.clientId))
  const app = new Hono()
  app.use('*', async (_c, next) => next())
  app.get('/health', publicRoute, c => c.text('ok'))
  app.route('/v1', inner)
  await expect(ready(app)).resolves.toBeUndefined()
  inner.get('/open', c => c.text('for everybody'))
  app.route('/v2', inner)
  app.post(
    '/late',
    async (_c, next) => next(),
    guard('controls:write'),
    c => c.text('ok'),
  )
  await expect(ready(app)).rejects.toThrow('Neither guarded nor public: GET /v2/open, POST /late')
  await issuer.stop()
})

test('a router with an error handler of its own hides its guards, and is named', async () => {
  const { guard, ready } = createAccessControl()
  const inner = new Hono()
  inner.onError((_error, c) => c.text('broken', 500))
  inner.get('/controls', guard('controls:read'), c => c.text('ok'))
  const app = new Hono()
  app.route('/v1', inner)
  await expect(ready(app)).rejects.toThrow('Neither guarded nor public: GET /v1/controls')
})

test('a scope that does not exist neither compiles nor runs', () => {
  const { guard } = createAccessControl()
  // @ts-expect-error it is no scope of this API
  expect(() => guard('controls:raed')).toThrow('controls:raed')
})

test('without Node two Authorization headers are one value, and 400 all the same', async () => {
  const scopes = { 'controls:read': 'Read controls' }
  const api = createResourceServer({ issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes })
  const headers = new Headers([
    ['authorization', 'Bearer one'],
    ['authorization', 'Bearer two'],
  ])
  const outcome = await api.check(new Request('https://api.example.com/', { headers }), 'controls:read')
  expect(outcome).toMatchObject({ granted: false, denial: { status: 400, code: 'authorization_malformed' } })
})

test('the blocks of the page are the modules, word for word', () => {
  expect(codeBlocks('docs/guides/hono.md', 'ts')).toEqual(
    sourcesIn(import.meta.url, ['scopeward.ts', 'app.ts', 'main.ts']),
  )
})
