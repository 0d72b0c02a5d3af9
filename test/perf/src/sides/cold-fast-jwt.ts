import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { coldPeer } from './cold-peer.ts'

/** fast-jwt in its synchronous form: the other one imports the key again for every token, and checks as synchronously. */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { issuer, audience, tokens } = fixtures
  const key = createPublicKey({ key: tokens.RS256.jwk as JsonWebKey, format: 'jwk' })
  const verify = createVerifier({
    key: key.export({ type: 'spki', format: 'pem' }).toString(),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['iss', 'aud', 'exp'],
  })
  return coldPeer(fixtures, variant, token => {
    verify(token)
    return true
  })
}
