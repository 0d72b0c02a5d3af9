import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@scopeward/express'
import scopeward, { optional } from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { exchange, requestText, send } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { AUDIENCE, HANDLED, type Options, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { bearer, useBench } from './support.ts'

holdRows()

const bench = useBench()
const ports = () => bench.apis.flatMap(api => Object.values(api.ports))

describe('HTTP11: who is calling is asked anew for every request', () => {
  test('HTTP11 the second request of a connection has no part of the first', async () => {
    const { token } = await bench.honest()
    const first = requestText(bearer(token)).replace('Connection: close\r\n', '')
    for (const port of ports()) {
      const raw = await exchange(port, first + first + requestText({ path: '/guarded' }))
      expect(
        raw
          .split('HTTP/1.1 ')
          .slice(1)
          .map(answer => answer.slice(0, 3)),
      ).toEqual(['200', '200', '401'])
    }
  })

  const options = (): Options => ({ ...bench.issuer.options, audience: AUDIENCE, scopes: SCOPES })
  const FORGED = { clientId: 'root', kind: 'service', scopes: new Set(['admin']), has: () => true }

  test('HTTP11 what stood in req.auth before the guard is gone behind it, in Express', async () => {
    const guard = createGuard(options())
    const app = express()
    app.use((request, _response, next) => {
      Object.assign(request, { auth: FORGED })
      next()
    })
    app.get('/guarded', guard('items:read'), (request, response) => void response.json(request.auth.clientId))
    app.get('/optional', guard.optional('items:read'), (request, response) => void response.json(request.auth ?? null))
    const server = app.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    await expectRealCallers((server.address() as AddressInfo).port)
    server.close()
  })

  test('HTTP11 what stood in request.auth before the guard is gone behind it, in Fastify', async () => {
    const app = Fastify()
    app.addHook('onRequest', async request => void Object.assign(request, { auth: FORGED }))
    await app.register(scopeward, options())
    app.get('/guarded', { config: { access: 'items:read' } }, async request => JSON.stringify(request.auth.clientId))
    app.get('/optional', { config: { access: optional('items:read') } }, async request => JSON.stringify(request.auth))
    await app.listen({ port: 0, host: '127.0.0.1' })
    await expectRealCallers((app.server.address() as AddressInfo).port)
    await app.close()
  })

  async function expectRealCallers(port: number): Promise<void> {
    const { token } = await bench.honest()
    expect((await send(port, { path: '/guarded' })).status).toBe(401)
    expect(await send(port, bearer(token))).toMatchObject({ status: 200, body: '"test-client"' })
    expect(await send(port, { path: '/optional' })).toMatchObject({ status: 200, body: 'null' })
  }
})

describe('HTTP14: HTTP/2', () => {
  test('HTTP14 Fastify over HTTP/2 checks what came as a lower-case field', async () => {
    const app = Fastify({ http2: true })
    await app.register(scopeward, { ...bench.issuer.options, audience: AUDIENCE, scopes: SCOPES })
    app.get('/guarded', { config: { access: 'items:read' } }, async () => HANDLED)
    const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
    const request = (headers: Record<string, string>) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const stream = session.request({ ':path': '/guarded', ...headers })
        stream.on('response', resolve).on('error', reject).resume()
      })
    const { token } = await bench.honest()
    expect((await request({ authorization: `Bearer ${token}` }))[':status']).toBe(200)
    expect((await request({ authorization: `Bearer ${token}x` }))[':status']).toBe(401)
    expect(await request({})).toMatchObject({
      ':status': 401,
      'www-authenticate': refusalFor('credentials_missing', 'items:read').challenge[0],
    })
    session.close()
    await app.close()
  })
})
