import type { ResourceServerOptions, RevocationList } from '@scopeward/core'
import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WireOptions } from '../sender/wire.ts'
import { type EventLog, recordEvents } from '../support/events.ts'
import { expectParity } from './compare.ts'
import type { Scope } from './routes.ts'
import type { Row } from './rows/row.ts'
import { certificateRows, proofRows, requiredRows, revocationRows } from './rows/senders.ts'
import { type Servers, startServers } from './servers.ts'

const VERDICTS = { revoked: 'revoked', unknown: 'unknown' } as const

const revocation: RevocationList = {
  verdictOn: ({ clientId }) => VERDICTS[clientId as keyof typeof VERDICTS] ?? 'not_revoked',
}
const publicOrigin = 'https://api.example.com'

interface Configuration {
  readonly added: Partial<ResourceServerOptions<Scope>>
  readonly schemes: NonNullable<WireOptions['schemes']>
  readonly tables: Readonly<Record<string, readonly Row[]>>
}

const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  'where proofs are accepted': {
    added: {
      dpop: 'accepted',
      publicOrigin,
      revocation,
      trustedProxy: { addresses: ['127.0.0.1'], clientCertificate: 'client-cert' },
    },
    schemes: ['Bearer', 'DPoP'],
    tables: {
      'proofs (RFC 9449)': proofRows,
      'certificates (RFC 8705, HTTP8)': certificateRows,
      revocation: revocationRows,
    },
  },
  'where proofs with nonces are required': {
    added: {
      dpop: { mode: 'required', nonces: { secrets: ['a secret of the servers, 32 bytes+'] } },
      publicOrigin,
    },
    schemes: ['DPoP'],
    tables: { 'nonces (RFC 9449 section 9)': requiredRows },
  },
}

let issuer: TestIssuer
let events: EventLog

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256', clock: testClock() })
  events = recordEvents()
})

afterAll(async () => {
  events.stop()
  await issuer.stop()
})

describe.each(Object.entries(CONFIGURATIONS))('%s, Express, Fastify and check() agree', (_, configuration) => {
  const { added, schemes, tables } = configuration
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers(issuer, undefined, added)
  })
  afterAll(() => servers.close())

  describe.each(Object.entries(tables))('about %s', (_, rows) => {
    test.each(rows.map(row => [row.name, row] as const))('%s', (_, row) =>
      expectParity(row, servers, issuer, events, schemes),
    )
  })
})

test('each request of a configuration has a name of its own', () => {
  for (const { tables } of Object.values(CONFIGURATIONS)) {
    const names = Object.values(tables).flatMap(rows => rows.map(({ name }) => name))
    expect(new Set(names).size).toBe(names.length)
  }
})
