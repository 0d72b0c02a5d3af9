import { generateKeyPairSync } from 'node:crypto'
import type { PublicJwk } from '../../src/issuer/public-jwk.ts'

type Jwk = PublicJwk & Readonly<Record<string, unknown>>

const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): unknown } }): Jwk =>
  pair.publicKey.export({ format: 'jwk' }) as Jwk

/** Public keys without `kid`, `alg` and `use`: what the tables of refusals start from. */
export const RSA: Jwk = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))
export const P256: Jwk = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
export const P384: Jwk = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))
export const P521: Jwk = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }))
export const ED25519: Jwk = jwkOf(generateKeyPairSync('ed25519'))

/** A modulus with its highest and lowest bit set: the right length, of no known factors. */
export function modulusOf(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xa5)
  bytes[0] = 1 << ((bits - 1) % 8)
  bytes[bytes.length - 1] = 0xa5
  return bytes.toString('base64url')
}

export function bytesOf(member: unknown): Buffer {
  return Buffer.from(member as string, 'base64url')
}
