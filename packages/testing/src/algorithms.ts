/** Signature algorithms of the test issuer, by their names in the IANA JOSE registry. */
export type TestAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'Ed25519'
  | 'EdDSA'

export type AlgorithmParameters =
  | { readonly type: 'rsa'; readonly hash: string; readonly saltLength?: number }
  | { readonly type: 'ec'; readonly hash: string; readonly namedCurve: string }
  | { readonly type: 'ed25519' }

export const ALGORITHMS: Readonly<Record<TestAlgorithm, AlgorithmParameters>> = {
  RS256: { type: 'rsa', hash: 'sha256' },
  RS384: { type: 'rsa', hash: 'sha384' },
  RS512: { type: 'rsa', hash: 'sha512' },
  PS256: { type: 'rsa', hash: 'sha256', saltLength: 32 },
  PS384: { type: 'rsa', hash: 'sha384', saltLength: 48 },
  PS512: { type: 'rsa', hash: 'sha512', saltLength: 64 },
  ES256: { type: 'ec', hash: 'sha256', namedCurve: 'P-256' },
  ES384: { type: 'ec', hash: 'sha384', namedCurve: 'P-384' },
  ES512: { type: 'ec', hash: 'sha512', namedCurve: 'P-521' },
  Ed25519: { type: 'ed25519' },
  EdDSA: { type: 'ed25519' },
}
