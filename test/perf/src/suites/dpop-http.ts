import { compareServers } from '../http/compare-servers.ts'
import { createDpopClients } from '../http/dpop-clients.ts'
import { speedRatio } from '../measure/metric.ts'
import { readFixtures } from '../tokens/fixtures.ts'
import type { Suite } from './suite.ts'

const CLIENTS = 2000

/** Requests per second through Express, each with a DPoP proof of its own. */
export const dpopHttp: Suite = async ({ quick, rounds, fixtures }) => {
  const { clients, jwk } = await createDpopClients(readFixtures(fixtures), CLIENTS)
  const credentials = { kind: 'dpop', amount: quick ? 480 : 1600, clients } as const
  const { rounds: measured, notes } = await compareServers('express-servers', ['oursDpop', 'auth0Dpop'], {
    fixtures,
    keys: [jwk],
    rounds,
    warmUps: 3,
    loadOn: url => ({ url, seconds: 0, streams: [{ connections: 32, credentials, expectedStatuses: [200] }] }),
  })
  return { metrics: { dpop_vs_auth0: speedRatio(measured, 'oursDpop', 'auth0Dpop') }, notes }
}
