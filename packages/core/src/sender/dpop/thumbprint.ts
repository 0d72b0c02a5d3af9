import { hash } from 'node:crypto'
import type { PublicJwk } from '../../issuer/public-jwk.ts'

/**
 * Identifies a public key by its material alone: SHA-256 over its required members in lexicographic order, base64url.
 * jose has the same as a promise; this is on the path of every request with a proof.
 * @see RFC 7638 section 3
 */
export function thumbprintOf(jwk: PublicJwk): string {
  return hash('sha256', JSON.stringify(requiredMembers(jwk)), 'base64url')
}

function requiredMembers(jwk: PublicJwk): object {
  if (jwk.kty === 'RSA') return { e: jwk.e, kty: jwk.kty, n: jwk.n }
  if (jwk.kty === 'EC') return { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
  return { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
}
