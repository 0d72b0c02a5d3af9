import { createDpopClients, type DpopClient, dpopHeaders } from '../http/dpop-clients.ts'
import type { Fixtures } from '../tokens/fixtures.ts'

const CLIENT_COUNT = 2000
const REQUESTS_IN_PASS = 2000
export const PUBLIC_ORIGIN = 'https://api.example.com'
export const PATH = '/imports'

/** 2,000 clients, each with a P-256 key of its own. */
export function createClients(fixtures: Fixtures): ReturnType<typeof createDpopClients> {
  return createDpopClients(fixtures, CLIENT_COUNT)
}

/** The headers of the requests of one pass, of all clients in turn, each with a new proof. */
export function provenRequests(clients: readonly DpopClient[]): ReturnType<typeof dpopHeaders> {
  return dpopHeaders(clients, REQUESTS_IN_PASS, PUBLIC_ORIGIN + PATH)
}
