import { importJWK, jwtVerify } from 'jose'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { coldPeer } from './cold-peer.ts'

/** jose with a key that is imported already, so that it neither looks one up nor converts one. */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { issuer, audience, tokens } = fixtures
  const key = await importJWK(tokens.RS256.jwk, 'RS256')
  const options = { issuer, audience, algorithms: ['RS256'], typ: 'at+jwt' }
  return coldPeer(fixtures, variant, (token, done) => {
    jwtVerify(token, key, options).then(done)
    return false
  })
}
