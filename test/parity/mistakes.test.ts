import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawRequest, send } from '../support/raw-http.ts'
import { MISTAKES } from './routes.ts'
import { checkThroughCore, type Servers, startServers } from './servers.ts'

let issuer: TestIssuer
let servers: Servers

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256', clock: testClock() })
  servers = await startServers(issuer)
})

afterAll(async () => {
  await servers.close()
  await issuer.stop()
})

/** HTTP10: an exception is no leave to go on. Frameworks take some thrown values for just that. */
describe.each(['/mistakes', '/optional-mistakes'])('a predicate of %s/… that', base => {
  test.each(Object.keys(MISTAKES))(
    '%s is an error of the application, for a new token and for a known one',
    async name => {
      const headers = [`Authorization: Bearer ${await issuer.token({ scope: 'items:read' })}`]
      const request: RawRequest = { path: `${base}/${name}`, headers }
      for (let round = 0; round < 2; round++) {
        for (const port of [servers.express, servers.fastify]) {
          const { status, body } = await send(port, request)
          expect(status).toBe(500)
          expect(body).not.toContain('"caller"')
        }
        const outcome = await checkThroughCore(servers.core, request).catch(() => 'threw')
        expect(outcome).toBe('threw')
      }
    },
  )
})
