import type { AddressInfo } from 'node:net'
import { type DenialCode, satisfies } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDoors } from '../support/doors.ts'
import { type RawRequest, send, valuesOf } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { AUDIENCE, type Engine, HANDLED, type Options, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { changePart } from './mint.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench()

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const READ = 'items:read'

const optionsWith = (signatureEngine: Engine): Options => ({
  ...bench.issuer.options,
  audience: AUDIENCE,
  scopes: SCOPES,
  clockToleranceSeconds: 0,
  signatureEngine,
})

/** One route that has a handler for every method, in Express and in Fastify. */
async function startEveryMethod(engine: Engine): Promise<readonly number[]> {
  const options = optionsWith(engine)
  const guard = createGuard(options)
  const app = express().all(
    '/every',
    guard(READ),
    (_request, response) => void response.set('X-By', HANDLED).send(HANDLED),
  )
  const server = app.listen(0, '127.0.0.1')
  const fastify = Fastify()
  onTestFinished(async () => {
    server.close()
    await fastify.close()
  })
  await fastify.register(scopeward, options)
  fastify.route({
    method: [...METHODS],
    url: '/every',
    config: { access: READ },
    handler: async (_request, reply) => reply.header('X-By', HANDLED).send(HANDLED),
  })
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  return [server, fastify.server].map(each => (each.address() as AddressInfo).port)
}

const REFUSED = refusalFor('credentials_missing', READ)

async function expectOnlyWithToken(ports: readonly number[], request: RawRequest): Promise<void> {
  const { token } = await bench.honest()
  const authorization = `Authorization: Bearer ${token}`
  for (const port of ports) {
    const honest = await send(port, { ...request, headers: [...(request.headers ?? []), authorization] })
    expect([honest.status, valuesOf(honest, 'x-by')]).toEqual([200, [HANDLED]])
    const refused = await send(port, request)
    expect([refused.status, valuesOf(refused, 'www-authenticate')]).toEqual([REFUSED.status, REFUSED.challenge])
    expect(valuesOf(refused, 'x-by')).toEqual([])
  }
}

describe.each(['node', 'jose'] as const)(
  'HTTP6: a route asks for its token whatever the method, with the engine %s',
  engine => {
    test('HTTP6 every method that has a handler', async () => {
      const ports = await startEveryMethod(engine)
      for (const method of METHODS) await expectOnlyWithToken(ports, { method, path: '/every' })
    })

    test('HTTP6 OPTIONS that looks like a CORS preflight for the Authorization header runs no handler without a token', async () => {
      const ports = await startEveryMethod(engine)
      const preflight = [
        'Origin: https://app.example.com',
        'Access-Control-Request-Method: GET',
        'Access-Control-Request-Headers: authorization',
      ]
      await expectOnlyWithToken(ports, { method: 'OPTIONS', path: '/every', headers: preflight })
    })

    test('HTTP6 a method in a header is only a header', async () => {
      const ports = await startEveryMethod(engine)
      for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
        await expectOnlyWithToken(ports, { method: 'POST', path: '/every', headers: [`${name}: OPTIONS`] })
      }
    })

    test('HTTP14 a request to upgrade the connection to a WebSocket is a request like any other', async () => {
      const ports = await startEveryMethod(engine)
      const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
      await expectOnlyWithToken(ports, { path: '/every', headers: upgrade })
    })
  },
)

describe.each(['node', 'jose'] as const)('what a route answers, with the engine %s', engine => {
  test('HTTP10 an optional route lets nobody in with bad credentials as if there were none (SEEN18)', async () => {
    const doors = await openDoors(optionsWith(engine), 'items:read', true)
    const { token } = await bench.honest()
    const bad: readonly (readonly [string, DenialCode])[] = [
      ['rubbish', 'token_malformed'],
      [changePart(token, 2, part => `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}`), 'signature_invalid'],
      [await bench.issuer.forge('expired'), 'token_expired'],
      [await bench.issuer.forge('audience-other'), 'audience_mismatch'],
      [await bench.issuer.forge('alg-none'), 'token_malformed'],
      [await bench.issuer.token({ scope: 'admins' }), 'insufficient_scope'],
    ]
    for (const door of doors) {
      expect((await door.ask(token)).status).toBe(200)
      expect((await door.ask()).status).toBe(200)
      for (const [sent, code] of bad)
        expect([door.name, await door.ask(sent)]).toEqual([door.name, refusalFor(code, 'items:read')])
    }
  })

  test('CL12 a rule of the application that does not hold is 403 and not 401: the token is good', async () => {
    const ours = satisfies('our own client', ({ clientId }) => clientId === 'test-client')
    const { token } = await bench.honest()
    const { token: other } = await bench.honest({ clientId: 'other-client' })
    for (const door of await openDoors(optionsWith(engine), ours)) {
      expect((await door.ask(token)).status).toBe(200)
      expect(await door.ask(other)).toEqual(refusalFor('insufficient_scope', ''))
    }
  })
})
