import { createResourceServer, type ResourceRequest } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import { sideOfPasses } from '../measure/side-of-passes.ts'
import { timeSerial } from '../measure/time-serial.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { bytesOf, freshStrings } from '../tokens/fresh-strings.ts'
import { beginCheck } from './begin-check.ts'
import { createClients, PATH, PUBLIC_ORIGIN, provenRequests } from './dpop-requests.ts'

/**
 * Scopeward's whole check of requests with a proof that is new each time, beside a token that it has verified before. The
 * replay store is the default one, and keeps the proofs of earlier passes.
 * @param variant number of passes
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { issuer, audience, scope } = fixtures
  const { jwk, clients } = await createClients(fixtures)
  const server = createResourceServer({
    issuer,
    audience,
    scopes: { [scope]: 'Read imports' },
    jwks: { keys: [{ ...jwk }] },
    dpop: 'accepted',
    publicOrigin: PUBLIC_ORIGIN,
  })
  const guard = server.guard(scope)
  const requests = () => provenRequests(clients).map(requestWithProof)
  for (const request of requests()) await guard.check(request)
  const begin = beginCheck(guard)
  return sideOfPasses(Number(variant || 1), timeSerial, async () => ({ requests: requests(), begin }))
}

function requestWithProof(sent: Record<string, string>): ResourceRequest {
  const headers = freshStrings(
    bytesOf(['Host', 'api.example.com', ...Object.entries(sent).flat(), 'Connection', 'keep-alive']),
  )
  // As adapters do: several guards may check one request, so what it used up is remembered for as long as it lives.
  return { method: 'GET', url: PATH, headers, identity: {} }
}
