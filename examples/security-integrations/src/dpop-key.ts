import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { generateSigningKey } from './signing-key.ts'

/** What an integration holds besides its secret. The private half never leaves it: keep it in a key store that only signs. */
export interface DpopKey {
  /** A proof for one request; every request needs another. RFC 9449 section 4.2 */
  proof(method: string, url: string, accessToken?: string): Promise<string>
}

export async function createDpopKey(): Promise<DpopKey> {
  const { privateKey, publicJwk } = await generateSigningKey()
  return {
    proof: async (htm, htu, accessToken) => {
      const ath = accessToken === undefined ? {} : { ath: await sha256(accessToken) }
      return new SignJWT({ htm, htu, jti: randomUUID(), ...ath })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk })
        .setIssuedAt()
        .sign(privateKey)
    },
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Buffer.from(digest).toString('base64url')
}
