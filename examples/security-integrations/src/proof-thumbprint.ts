import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK, jwtVerify } from 'jose'

/**
 * Of the key that a DPoP proof for the token endpoint was made with. That a proof comes twice is not noticed, nor need it be:
 * the client has authenticated in the same request, and the token is of use to nobody without this very key.
 * @throws JOSEError for a proof that is not good. RFC 9449 sections 4.3 and 5
 */
export async function proofThumbprint(proof: string, tokenEndpoint: string): Promise<string> {
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256', 'Ed25519', 'PS256'],
    requiredClaims: ['jti', 'iat', 'htm', 'htu'],
    maxTokenAge: 60,
    clockTolerance: 5,
  })
  if (payload.htm !== 'POST' || payload.htu !== tokenEndpoint) throw new errors.JWTInvalid('made for another request')
  return calculateJwkThumbprint(protectedHeader.jwk as JWK)
}
