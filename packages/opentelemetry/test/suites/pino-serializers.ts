import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Access, createResourceServer, type Denial } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import express from 'express'
import Fastify from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { pinoSerializers } from '../../src/index.ts'
import { AUDIENCE } from '../support/apis.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

type Line = Readonly<Record<string, unknown>>

/** A real pino that writes into a list. */
function logging() {
  const texts: string[] = []
  const stream = { write: (line: string): void => void texts.push(line) }
  const log = pino({ serializers: pinoSerializers, base: null, timestamp: false }, stream)
  return { log, stream, texts, lines: (): readonly Line[] => texts.map(text => JSON.parse(text) as Line) }
}

const options = () => ({ ...issuer.options, audience: AUDIENCE, scopes: { 'orders:read': 'Read orders' } as const })
const input = { scope: 'orders:read', clientId: 'shop', subject: 'user-1', claims: { email: 'MARK', jti: 'MARK' } }

test('an access is logged as who called with which scopes, without its claims', async () => {
  const { log, lines, texts } = logging()
  const token = await issuer.token(input)
  const auth: Access = await createResourceServer(options()).verify(token)
  expect(JSON.stringify(auth.claims)).toContain('MARK')
  log.info({ auth }, 'order read')
  expect(lines()).toEqual([
    {
      level: 30,
      msg: 'order read',
      auth: {
        issuer: issuer.issuer,
        clientId: 'shop',
        subject: 'user-1',
        kind: 'user',
        scopes: ['orders:read'],
      },
    },
  ])
  expect(texts.join()).not.toContain('MARK')
})

test('a denial is logged as its code and status, without its headers', async () => {
  const { log, lines } = logging()
  const outcome = await createResourceServer(options()).check({ method: 'GET', url: '/', headers: {} }, 'orders:read')
  const denial = outcome.granted ? undefined : (outcome.denial satisfies Denial)
  expect(denial?.headers).toHaveProperty('WWW-Authenticate')
  log.warn({ denial })
  expect(lines()).toEqual([{ level: 40, denial: { code: 'credentials_missing', status: 401 } }])
})

test('requests of Node, Express and Fastify are logged by method and path, without header and query', async () => {
  const { log, stream, lines, texts } = logging()
  const guard = createGuard(options())
  const router = express.Router()
  router.get('/:id', guard('orders:read'), (req, response) => {
    log.info({ req, auth: req.auth }, 'Express')
    log.info({ req: pino.stdSerializers.req(req) }, 'as pino-http hands it over')
    response.end()
  })
  const app = express().use('/orders', router)
  const server = createServer((request, response) => {
    log.info({ req: request }, 'Node')
    app(request, response)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  const fastify = Fastify({ loggerInstance: pino({ serializers: pinoSerializers }, stream) })
  onTestFinished(() => fastify.close())
  await fastify.register(scopeward, options())
  fastify.get('/orders/:id', { config: { access: 'orders:read' } }, async req => {
    req.log.info({ req, auth: req.auth }, 'Fastify')
    return []
  })
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  texts.length = 0 // Fastify says that it listens

  const token = await issuer.token(input)
  const headers = { authorization: `Bearer ${token}` }
  for (const { port } of [server.address(), fastify.server.address()] as AddressInfo[]) {
    expect((await fetch(`http://127.0.0.1:${port}/orders/7?access_token=${token}`, { headers })).status).toBe(200)
  }
  const req = { method: 'GET', path: '/orders/7', remoteAddress: '127.0.0.1' }
  const auth = expect.objectContaining({ clientId: 'shop' })
  const ofRequests = lines().filter(line => 'req' in line)
  expect(ofRequests.map(({ msg, req, auth }) => ({ msg, req, auth }))).toEqual([
    { msg: 'Node', req },
    { msg: 'Express', req, auth },
    { msg: 'as pino-http hands it over', req },
    { msg: 'incoming request', req: { id: 'req-1', ...req } },
    { msg: 'Fastify', req: { id: 'req-1', ...req }, auth },
  ])
  for (const secret of [...token.split('.'), 'MARK', 'access_token']) expect(texts.join()).not.toContain(secret)
})

test('what is something else is left out and nothing throws; null stays null', () => {
  const { log, lines } = logging()
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no')
      },
    },
  )
  const others: readonly unknown[] = [
    'SECRET',
    5,
    true,
    ['SECRET'],
    {},
    { issuer: 'SECRET' },
    new Set(['SECRET']),
    () => 'SECRET',
    hostile,
  ]
  for (const other of others) log.info({ auth: other, denial: other, req: other })
  log.info({ auth: null, denial: null, req: null })
  log.info({ auth: undefined, denial: undefined, req: undefined })
  const nothing = { level: 30 }
  expect(lines()).toEqual([...others.map(() => nothing), { ...nothing, auth: null, denial: null, req: null }, nothing])
})
