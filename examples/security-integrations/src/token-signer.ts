import { randomUUID } from 'node:crypto'
import { type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose'
import { generateSigningKey } from './signing-key.ts'

export interface TokenSigner {
  readonly jwks: JSONWebKeySet
  /** Adds `iss` and `jti`. RFC 9068 section 2. */
  sign(claims: JWTPayload): Promise<string>
}

export async function createTokenSigner(issuer: string): Promise<TokenSigner> {
  const { privateKey, publicJwk, thumbprint: kid } = await generateSigningKey()
  const header = { alg: 'ES256', typ: 'at+jwt', kid }
  return {
    jwks: { keys: [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }] },
    sign: claims =>
      new SignJWT({ ...claims, iss: issuer, jti: randomUUID() }).setProtectedHeader(header).sign(privateKey),
  }
}
