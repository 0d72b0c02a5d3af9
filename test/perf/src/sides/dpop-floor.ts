import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { Side } from '../measure/side.ts'
import { sideOfPasses } from '../measure/side-of-passes.ts'
import { timeSerial } from '../measure/time-serial.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { signedParts } from '../tokens/signed-parts.ts'
import { createClients, provenRequests } from './dpop-requests.ts'

/**
 * The signatures of proofs and nothing else, with bytes and keys of all clients ready.
 * @param variant number of passes
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { clients } = await createClients(fixtures)
  const keys = clients.map(({ privateJwk }) => createPublicKey({ key: privateJwk as JsonWebKey, format: 'jwk' }))
  const requests = provenRequests(clients).map((headers, index) => ({
    ...signedParts(headers.DPoP as string),
    key: { key: keys[index % keys.length] as (typeof keys)[number], dsaEncoding: 'ieee-p1363' as const },
  }))
  return sideOfPasses(Number(variant || 1), timeSerial, async () => ({
    requests,
    begin: ({ signingInput, signature, key }) => {
      if (verify('sha256', signingInput, key, signature)) return true
      throw new Error('A proof does not verify.')
    },
  }))
}
