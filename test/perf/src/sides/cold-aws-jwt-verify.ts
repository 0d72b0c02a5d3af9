import { JwtVerifier } from 'aws-jwt-verify'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { coldPeer } from './cold-peer.ts'

/** aws-jwt-verify in its synchronous form: the other one is no faster, since it checks the signature as synchronously. */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { issuer, audience, tokens } = fixtures
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks` })
  verifier.cacheJwks({ keys: [tokens.RS256.jwk as Parameters<typeof verifier.cacheJwks>[0]['keys'][number]] })
  return coldPeer(fixtures, variant, token => {
    verifier.verifySync(token)
    return true
  })
}
