import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventLog, recordEvents } from '../support/events.ts'
import { expectParity } from './compare.ts'
import { elsewhereRows, optionalRows } from './rows/elsewhere.ts'
import { duplicateRows, grammarRows } from './rows/grammar.ts'
import { methodRows } from './rows/methods.ts'
import { privilegeRows } from './rows/privileges.ts'
import { requirementRows } from './rows/requirements.ts'
import { tokenRows } from './rows/tokens.ts'
import { type Servers, startServers } from './servers.ts'

const TABLES = {
  'the header (HTTP2, HTTP3)': grammarRows,
  'two headers (HTTP1)': duplicateRows,
  'credentials in other places (HTTP4)': elsewhereRows,
  'methods and paths (HTTP5, HTTP6, HTTP14)': methodRows,
  tokens: tokenRows,
  requirements: requirementRows,
  'privileges beside scopes': privilegeRows,
  'optional and public routes': optionalRows,
} as const

let issuer: TestIssuer
let servers: Servers
let events: EventLog

beforeAll(async () => {
  issuer = await createTestIssuer({ clock: testClock() })
  servers = await startServers(issuer)
  events = recordEvents()
})

afterAll(async () => {
  events.stop()
  await servers.close()
  await issuer.stop()
})

describe.each(Object.entries(TABLES))('Express, Fastify and check() agree about %s', (_, rows) => {
  test.each(rows.map(row => [row.name, row] as const))('%s', (_, row) => expectParity(row, servers, issuer, events))
})

test('the table has at least 80 requests, each with a name of its own', () => {
  const names = Object.values(TABLES).flatMap(rows => rows.map(row => row.name))
  expect(names.length).toBeGreaterThanOrEqual(80)
  expect(new Set(names).size).toBe(names.length)
})
