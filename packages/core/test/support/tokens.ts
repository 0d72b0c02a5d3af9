import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import type { AlgorithmName } from '../../src/shared/algorithms.ts'

export const ISSUER = 'https://login.example.com'
export const AUDIENCE = 'https://api.example.com'

/** The moment at which the claims below are valid: seconds since the epoch. */
export const NOW = 1_800_000_000

export interface TestKey {
  readonly kid: string
  readonly algorithm: AlgorithmName
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK & { readonly kid: string }
}

/** A fresh key pair; the public half as a key set publishes it, with `kid` and `alg`. */
export async function keys(algorithm: AlgorithmName = 'ES256', kid = 'key-1'): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { kid, algorithm, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm } }
}

export type Members = Readonly<Record<string, unknown>>

/** The claims of a complete RFC 9068 token; `undefined` takes one away. */
export function claims(changes: Members = {}): Members {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'nightly-import',
    client_id: 'nightly-import',
    iat: NOW - 10,
    exp: NOW + 600,
    jti: 'token-1',
    scope: 'controls:read',
    ...changes,
  }
}

/** A signed access token; `header` and `payload` change single members of the honest ones. */
export function mint(key: TestKey, payload: Members = {}, header: Members = {}): Promise<string> {
  const text = JSON.stringify(claims(payload))
  return new CompactSign(Buffer.from(text))
    .setProtectedHeader({ alg: key.algorithm, typ: 'at+jwt', kid: key.kid, ...header })
    .sign(key.privateKey)
}

/** Three parts put together by hand; nothing is signed. Texts are encoded as they are. */
export function compact(header: string | Uint8Array, payload: string | Uint8Array, signature = 'c2ln'): string {
  return `${base64url(header)}.${base64url(payload)}.${signature}`
}

export function base64url(content: string | Uint8Array): string {
  return Buffer.from(content as string).toString('base64url')
}

export const SCOPES = {
  'controls:read': 'Read controls',
  'controls:write': { description: 'Change controls', implies: ['controls:read'] },
  'imports:write': 'Start an import',
} as const

export type Scope = keyof typeof SCOPES

/** A resource server that trusts this one key and takes the time from `NOW`. */
export function optionsFor(
  key: TestKey,
  changes: Partial<ResourceServerOptions<Scope>> = {},
): ResourceServerOptions<Scope> {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    scopes: SCOPES,
    algorithms: [key.algorithm],
    jwks: { keys: [key.publicJwk as Members] },
    clock: () => NOW * 1000,
    ...changes,
  }
}

/** A clock that stands still until it is set. */
export function settableClock(seconds: number = NOW): { seconds: number; read: () => number } {
  const clock = { seconds, read: () => clock.seconds * 1000 }
  return clock
}
