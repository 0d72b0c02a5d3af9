import type { PublicJwk } from '../issuer/public-jwk.ts'
import type { Algorithm } from '../shared/algorithms.ts'

const BYTES: Readonly<Record<NonNullable<Algorithm['crv']>, number>> = {
  'P-256': 64,
  'P-384': 96,
  'P-521': 132,
  Ed25519: 64,
}

/**
 * How long every signature under a key is. Engines compare it themselves: OpenSSL reads an RSA-PSS signature as a number,
 * so one that begins with a zero byte, as each 256th does, verifies without that byte too, and a token has two spellings.
 * @see RFC 8017 section 8.1.2 step 1, RFC 7518 section 3.4, RFC 8032 section 5.1.7
 */
export function signatureBytesOf({ n = '' }: PublicJwk, { crv }: Algorithm): number {
  return crv === undefined ? Buffer.byteLength(n, 'base64url') : BYTES[crv]
}
