import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'

export interface SigningKey {
  readonly privateKey: KeyObject
  readonly publicJwk: JWK
  /** RFC 7638. */
  readonly thumbprint: string
}

/** For ES256. By way of DER: exporting a `KeyObject` that was generated just before can lock up Node 20. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  const publicJwk = createPublicKey({ key: publicKey, format: 'der', type: 'spki' }).export({ format: 'jwk' }) as JWK
  return {
    privateKey: createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }),
    publicJwk,
    thumbprint: await calculateJwkThumbprint(publicJwk),
  }
}
