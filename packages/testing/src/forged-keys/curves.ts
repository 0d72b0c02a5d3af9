import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyMaterial } from './forged-key.ts'

/** An honest P-256 key (ES256), published with `change` made to its JWK: given the public and the private members. */
export function p256(
  change: (jwk: Readonly<Record<string, unknown>>, privateJwk: Readonly<Record<string, unknown>>) => object,
): KeyMaterial {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  return {
    jwk: { ...jwk, ...change(jwk, privateKey.export({ format: 'jwk' })) },
    sign: input => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  }
}

/** A coordinate with one bit turned over is on the curve with a chance that can be neglected. */
export function offCurve(coordinate: unknown): string {
  const bytes = Buffer.from(String(coordinate), 'base64url')
  bytes[31] = (bytes[31] as number) ^ 1
  return bytes.toString('base64url')
}

export function withLeadingZero(coordinate: unknown): string {
  return Buffer.concat([Buffer.from([0]), Buffer.from(String(coordinate), 'base64url')]).toString('base64url')
}

const IDENTITY = Buffer.from(`01${'00'.repeat(31)}`, 'hex')

/**
 * The neutral point as a public key: R = the neutral point with S = 0 is then a signature of every message, since the
 * equation S·B = R + k·A holds for any k (RFC 8032 section 5.1.7).
 */
export function ed25519Identity(encodedPoint: Buffer = IDENTITY): KeyMaterial {
  return {
    jwk: { kty: 'OKP', crv: 'Ed25519', x: encodedPoint.toString('base64url') },
    sign: () => Buffer.concat([IDENTITY, Buffer.alloc(32)]),
  }
}

/** The neutral point with y = p + 1 in place of 1, which RFC 8032 section 5.1.3 forbids to decode. */
export const NON_CANONICAL_IDENTITY: Buffer = Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')

export function sharedSecret(): KeyMaterial {
  const secret = randomBytes(32)
  return {
    jwk: { kty: 'oct', k: secret.toString('base64url') },
    sign: input => createHmac('sha256', secret).update(input).digest(),
  }
}
