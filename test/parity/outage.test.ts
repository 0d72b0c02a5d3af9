import { createTestIssuer, type TestClock, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventLog, recordEvents } from '../support/events.ts'
import { expectParity } from './compare.ts'
import { READ, type Row } from './rows/row.ts'
import { type Servers, startServers } from './servers.ts'

const UNAVAILABLE = [503, 'keys_unavailable'] as const

/** The keys have never been fetched, and cannot be. */
const ROWS: readonly Row[] = [
  { name: 'a good token: nobody can say that it is bad', request: 'GET /read', token: READ, expected: UNAVAILABLE },
  { name: 'HEAD', request: 'HEAD /read', token: READ, expected: UNAVAILABLE },
  {
    name: 'a kid that may have just been published',
    request: 'GET /read',
    token: i => i.forge('kid-unknown', READ),
    expected: UNAVAILABLE,
  },
  { name: 'an optional route', request: 'GET /optional', token: READ, expected: UNAVAILABLE },
  {
    name: 'an expired token is refused without any key',
    request: 'GET /read',
    token: { ...READ, expiresInSeconds: -60 },
    expected: [401, 'token_expired'],
  },
  {
    name: 'a token for another audience is refused without any key',
    request: 'GET /read',
    token: i => i.forge('audience-other', READ),
    expected: [401, 'audience_mismatch'],
  },
  {
    name: 'alg none is refused without any key',
    request: 'GET /read',
    token: i => i.forge('alg-none', READ),
    expected: [401, 'token_malformed'],
  },
  { name: 'no credentials', request: 'GET /read', expected: [401, 'credentials_missing'] },
  { name: 'no credentials on an optional route', request: 'GET /optional', expected: [200] },
  { name: 'a public route', request: 'GET /public', token: READ, expected: [200] },
]

describe('while the issuer has been down from the start, Express, Fastify and check() agree about', () => {
  const clock: TestClock = testClock()
  let issuer: TestIssuer
  let servers: Servers
  let events: EventLog

  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm: 'ES256', clock })
    issuer.setFault('down')
    servers = await startServers(issuer)
    events = recordEvents()
  })

  afterAll(async () => {
    events.stop()
    await servers.close()
    await issuer.stop()
  })

  test.each(ROWS.map(row => [row.name, row] as const))('%s', (_, row) => expectParity(row, servers, issuer, events))

  test('the first request after the cool-down, when the issuer is back', async () => {
    issuer.setFault(undefined)
    clock.advance({ seconds: 5 })
    await expectParity({ name: '', request: 'GET /read', token: READ, expected: [200] }, servers, issuer, events)
    expect(issuer.requests.jwks).toBe(3)
  })
})
