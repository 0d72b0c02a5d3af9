import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { VERSIONS } from './support/versions.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

/** Takes whatever is written; a socket that was never connected need not. */
function sink(): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
}

/** A request as adapters for cloud functions make it: no socket was read, so `rawHeaders` is empty. */
function invoke(app: Application, headers: Record<string, string>): Promise<number> {
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/a', headers })
  const response = new ServerResponse(request)
  const ended = new Promise<number>(resolve => response.on('finish', () => resolve(response.statusCode)))
  response.assignSocket(sink() as Socket)
  ;(app as unknown as (request: IncomingMessage, response: ServerResponse) => void)(request, response)
  return ended
}

describe.each(VERSIONS)('%s', (_version, express) => {
  test('reads the headers of a request that has no raw ones', async () => {
    const app = express()
    app.get('/a', guardFor(issuer)('controls:read'), (_request, response) => void response.end('granted'))
    const token = await issuer.token({ scope: 'controls:read' })
    expect(await invoke(app, { authorization: `Bearer ${token}` })).toBe(200)
    expect(await invoke(app, { authorization: `Bearer ${token}x` })).toBe(401)
    expect(await invoke(app, {})).toBe(401)
  })
})
