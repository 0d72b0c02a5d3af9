import { once } from 'node:events'
import type { Denial } from '@scopeward/core'
import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { requestOf, seenIn } from './compare.ts'
import { DUPLICATED, INSUFFICIENT, NO_CREDENTIALS, type Row } from './rows/row.ts'
import { type Servers, startServers, type Write } from './servers.ts'

const ROWS: readonly Row[] = [
  { name: 'no credentials', request: 'GET /read', expected: NO_CREDENTIALS },
  { name: 'a token without the scope', request: 'GET /read', token: {}, expected: INSUFFICIENT },
  {
    name: 'an expired token',
    request: 'GET /read',
    token: { expiresInSeconds: -60 },
    expected: [401, 'token_expired'],
  },
  {
    name: 'two headers',
    request: 'GET /read',
    headers: ['Authorization: x', 'Authorization: y'],
    expected: DUPLICATED,
  },
  {
    name: 'a bad signature, known only after a promise',
    request: 'GET /read',
    token: issuer => issuer.forge('signature-tampered'),
    expected: [401, 'signature_invalid'],
  },
]

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256', clock: testClock() })
})
afterAll(() => issuer.stop())

describe('with a respond function of the application, Express and Fastify', () => {
  const write: Write = ({ code, status, headers, body }: Denial, end) =>
    end(
      Buffer.from(
        JSON.stringify({ code, status, challenge: headers['WWW-Authenticate'], was: JSON.parse(body).detail }),
      ),
    )
  let servers: Servers

  beforeAll(async () => {
    servers = await startServers(issuer, write)
  })
  afterAll(() => servers.close())

  test.each(ROWS.map(row => [row.name, row] as const))(
    'keep status and headers, and send its body: %s',
    async (_, row) => {
      const request = await requestOf(row, issuer)
      const express = seenIn(await send(servers.express, request))
      expect(express).toEqual(seenIn(await send(servers.fastify, request)))
      const [status, code] = row.expected
      const expected = refusalFor(code ?? 'credentials_missing', 'items:read')
      expect(express).toEqual({
        status,
        headers: {
          'www-authenticate': expected.challenge,
          'cache-control': ['no-store'],
          'retry-after': [],
          'content-type': ['application/problem+json'],
          'dpop-nonce': [],
        },
        body: JSON.stringify({ code, status, challenge: expected.challenge[0], was: JSON.parse(expected.body).detail }),
      })
    },
  )
})

describe('with a respond function that throws', () => {
  const write: Write = () => {
    throw new Error('a mistake of the application')
  }
  let servers: Servers

  beforeAll(async () => {
    servers = await startServers(issuer, write)
  })
  afterAll(() => servers.close())

  /** An answer of the framework's error handler, which keeps the status of the refusal; the route is never reached. */
  const expectHandled = async (framework: 'express' | 'fastify', row: Row): Promise<void> => {
    const request = await requestOf(row, issuer)
    const response = await orUnhandledRejection(signal => send(servers[framework], request, signal))
    expect(response.status).toBe(row.expected[0])
    expect(response.body).not.toContain('"caller"')
  }

  describe.each(['express', 'fastify'] as const)('%s answers by its error handler', framework => {
    test.each(ROWS.map(row => [row.name, row] as const))('%s', (_, row) => expectHandled(framework, row))
  })
})

/** Fails as soon as a rejection goes unhandled, in place of the test runner, which would end with it. */
async function orUnhandledRejection<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const others = process.listeners('unhandledRejection')
  const abort = new AbortController()
  process.removeAllListeners('unhandledRejection')
  const unhandled = once(process, 'unhandledRejection', { signal: abort.signal })
  const asFailure = unhandled.then(([reason]) => {
    throw new Error('a rejection was not handled', { cause: reason })
  })
  try {
    return await Promise.race([work(abort.signal), asFailure])
  } finally {
    abort.abort()
    asFailure.catch(() => undefined)
    for (const listener of others) process.on('unhandledRejection', listener)
  }
}
