import { type KeyObject, sign } from 'node:crypto'
import type { TestAlgorithm } from '@scopeward/testing'

/** The algorithms that the issuers rotate through. */
export const ALGORITHMS: readonly TestAlgorithm[] = ['ES256', 'RS256', 'Ed25519']

/**
 * A compact JWS. Signed with `node:crypto`: what `issuer.token()` mints is remembered for introspection for as long as the
 * issuer lives, and jose takes three times as long; thousands of tokens and proofs are made here each minute.
 */
export function signCompact(header: object, claims: object, algorithm: TestAlgorithm, key: KeyObject): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${signatureOf(Buffer.from(input), algorithm, key).toString('base64url')}`
}

function signatureOf(input: Buffer, algorithm: TestAlgorithm, key: KeyObject): Buffer {
  switch (algorithm) {
    case 'ES256':
      return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
    case 'RS256':
      return sign('sha256', input, key)
    case 'Ed25519':
      return sign(null, input, key)
    default:
      throw new RangeError(`The soak does not sign with ${algorithm}.`)
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
