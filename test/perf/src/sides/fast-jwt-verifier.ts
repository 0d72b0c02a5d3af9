import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import type { Fixtures } from '../tokens/fixtures.ts'

/** fast-jwt in its synchronous form, with the same checks as the other sides. @param cache how many tokens it remembers */
export function fastJwtVerifier({ issuer, audience, tokens }: Fixtures, cache = 0): (token: string) => unknown {
  const key = createPublicKey({ key: tokens.RS256.jwk as JsonWebKey, format: 'jwk' })
  return createVerifier({
    key: key.export({ type: 'spki', format: 'pem' }).toString(),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['iss', 'aud', 'exp'],
    cache: cache === 0 ? false : cache,
  })
}
