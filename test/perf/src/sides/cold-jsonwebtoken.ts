import { createPublicKey, type JsonWebKey } from 'node:crypto'
import jsonwebtoken, { type VerifyOptions } from 'jsonwebtoken'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { coldPeer } from './cold-peer.ts'

/** jsonwebtoken with a key that is imported already. With a callback it checks as synchronously. */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { issuer, audience, tokens } = fixtures
  const key = createPublicKey({ key: tokens.RS256.jwk as JsonWebKey, format: 'jwk' })
  const options: VerifyOptions = { issuer, audience, algorithms: ['RS256'] }
  return coldPeer(fixtures, variant, token => {
    jsonwebtoken.verify(token, key, options)
    return true
  })
}
