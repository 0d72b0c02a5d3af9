import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import type { Side } from '../measure/side.ts'
import { PASSES, timePasses } from '../measure/time-passes.ts'
import { DISTINCT_TOKENS, type Fixtures } from '../tokens/fixtures.ts'

/** fast-jwt with its cache of verified tokens. It is given the bare token: headers are left to its caller. */
export default async function prepare({ issuer, audience, tokens }: Fixtures): Promise<Side> {
  const key = createPublicKey({ key: tokens.RS256.jwk as JsonWebKey, format: 'jwk' })
  const verify = createVerifier({
    key: key.export({ type: 'spki', format: 'pem' }).toString(),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['iss', 'aud', 'exp'],
    cache: DISTINCT_TOKENS * 2,
  })
  for (const token of tokens.RS256.tokens) verify(token)
  return { measure: async () => timePasses(tokens.RS256.tokens, PASSES, String, token => void verify(token)) }
}
