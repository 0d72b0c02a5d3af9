import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { coldPeer } from './cold-peer.ts'
import { fastJwtVerifier } from './fast-jwt-verifier.ts'

/** fast-jwt in its synchronous form: the other one imports the key again for every token, and checks as synchronously. */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const verify = fastJwtVerifier(fixtures)
  return coldPeer(fixtures, variant, token => {
    verify(token)
    return true
  })
}
