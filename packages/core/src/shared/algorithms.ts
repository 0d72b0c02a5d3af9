/** How one JWS algorithm is checked: which keys it takes and which primitive it names. */
export interface Algorithm {
  readonly name: AlgorithmName | HmacName
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct'
  /** `undefined` for RSA and shared secrets. */
  readonly crv: 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | undefined
  /** `undefined` where the primitive hashes by itself (Ed25519). */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | undefined
  readonly pss: boolean
}

/** Algorithms of shared secrets. A kind of their own: see `sharedSecret`. */
export type HmacName = 'HS256' | 'HS384' | 'HS512'

/** Registered names of the signature algorithms that can be allowed for a key set. Shared secrets (HS*) are not among them, on purpose. */
export type AlgorithmName =
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

function rsa(name: AlgorithmName, digest: Algorithm['digest'], pss: boolean): Algorithm {
  return { name, kty: 'RSA', crv: undefined, digest, pss }
}

function ec(name: AlgorithmName, crv: Algorithm['crv'], digest: Algorithm['digest']): Algorithm {
  return { name, kty: 'EC', crv, digest, pss: false }
}

function ed25519(name: AlgorithmName): Algorithm {
  return { name, kty: 'OKP', crv: 'Ed25519', digest: undefined, pss: false }
}

/**
 * The only place that spells out what an algorithm is. A `Map`, so that no name reaches a prototype.
 * @see RFC 7518 section 3.1, RFC 9864
 */
export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  [
    rsa('RS256', 'sha256', false),
    rsa('RS384', 'sha384', false),
    rsa('RS512', 'sha512', false),
    rsa('PS256', 'sha256', true),
    rsa('PS384', 'sha384', true),
    rsa('PS512', 'sha512', true),
    ec('ES256', 'P-256', 'sha256'),
    ec('ES384', 'P-384', 'sha384'),
    ec('ES512', 'P-521', 'sha512'),
    ed25519('Ed25519'),
    // Deprecated by RFC 9864 in favour of the name above, but still what several servers write. Only when listed by hand.
    ed25519('EdDSA'),
  ].map(algorithm => [algorithm.name, algorithm]),
)

/** Never part of the map above, so that no key set can be asked for one and no published key can become a secret. */
export const HMAC_ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  (['sha256', 'sha384', 'sha512'] as const).map(digest => {
    const name = `HS${digest.slice(3)}` as HmacName
    return [name, { name, kty: 'oct', crv: undefined, digest, pss: false }]
  }),
)

export const DEFAULT_ALGORITHMS: readonly AlgorithmName[] = ['RS256', 'PS256', 'ES256', 'Ed25519']
