import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createTestIssuer } from '@scopeward/testing'
import { expect, onTestFinished, test } from 'vitest'
import { bearer, createGuardedApp, read } from './support/api.ts'

/** Takes whatever is written; a socket that was never connected need not. */
function sink(): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
}

/** A request as adapters for cloud functions make it: no socket was read, so `rawHeaders` is empty. */
function requestWith(headers: Record<string, string>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/', headers })
}

test('the headers of a request that has no raw ones are read', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => issuer.stop())
  const app = await createGuardedApp(issuer)
  app.get('/', read, async () => 'served')
  await app.ready()
  const statusOf = async (headers: Record<string, string>): Promise<number> => {
    const request = requestWith(headers)
    const response = new ServerResponse(request)
    const ended = once(response, 'finish')
    response.assignSocket(sink() as Socket)
    app.routing(request, response)
    await ended
    return response.statusCode
  }
  expect(await statusOf(bearer(await issuer.token({ scope: 'controls:read' })))).toBe(200)
  expect(await statusOf({ authorization: 'Bearer garbage' })).toBe(401)
  expect(await statusOf({})).toBe(401)
})
