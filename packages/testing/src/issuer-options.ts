import { ALGORITHMS, type TestAlgorithm } from './algorithms.ts'
import type { TestClient } from './endpoints/client-authentication.ts'
import { refuseUnknownNames, requireNameIn } from './options.ts'

/** Everything is optional: `createTestIssuer()` is a complete authorization server. */
export interface TestIssuerOptions {
  /** TCP port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number
  /**
   * Path of the issuer identifier, such as `'/tenant1'`. The metadata stands where RFC 8414 section 3.1 (inserted) and
   * OpenID Connect Discovery section 4 (appended) put it. A final slash stays in the identifier. Default: none.
   */
  readonly path?: string
  /** Algorithm of the first key. Default: `'RS256'`, which every resource server must support (RFC 9068 section 2.1). */
  readonly algorithm?: TestAlgorithm
  /** Clients of the token and introspection endpoints. Default: none; see also `addClient`. `token()` needs no client. */
  readonly clients?: readonly TestClient[]
  /** Default life of tokens, in seconds. Default: 300. */
  readonly accessTokenLifetimeSeconds?: number
  /** `max-age` of the key set, in seconds; `null` sends no Cache-Control. Default: 600. */
  readonly keySetMaxAgeSeconds?: number | null
  /**
   * The token endpoint takes DPoP proofs only with its nonce, which is in the header `DPoP-Nonce` of every answer of it
   * (RFC 9449 section 8). Requests without a proof get bearer tokens as before. Default: `false`.
   */
  readonly requireDpopNonce?: boolean
  /** Time in milliseconds since the epoch, for `iat` and `exp` of all that is signed or checked. Default: `Date.now`. See `testClock`. */
  readonly clock?: () => number
}

export interface ParsedOptions {
  readonly port: number
  readonly path: string
  readonly algorithm: TestAlgorithm
  readonly clients: readonly TestClient[]
  readonly accessTokenLifetimeSeconds: number
  readonly keySetMaxAgeSeconds: number | null
  readonly requireDpopNonce: boolean
  readonly clock: (() => number) | undefined
}

const KNOWN: Readonly<Record<keyof TestIssuerOptions, true>> = {
  port: true,
  path: true,
  algorithm: true,
  clients: true,
  accessTokenLifetimeSeconds: true,
  keySetMaxAgeSeconds: true,
  requireDpopNonce: true,
  clock: true,
}

const CLIENT_MEMBERS: Readonly<Record<keyof TestClient, true>> = {
  clientId: true,
  clientSecret: true,
  jwks: true,
  scopes: true,
  audiences: true,
  claims: true,
  opaque: true,
  refreshToken: true,
}

/** @throws TypeError that says which option is wrong and what may stand there */
export function parseOptions(options: TestIssuerOptions): ParsedOptions {
  refuseUnknownNames(options, KNOWN, 'createTestIssuer')
  return Object.freeze({
    port: options.port ?? 0,
    path: parsePath(options.path ?? ''),
    algorithm: requireNameIn(ALGORITHMS, options.algorithm ?? 'RS256', 'createTestIssuer: algorithm'),
    clients: (options.clients ?? []).map(parseClient),
    accessTokenLifetimeSeconds: options.accessTokenLifetimeSeconds ?? 300,
    keySetMaxAgeSeconds: options.keySetMaxAgeSeconds === undefined ? 600 : options.keySetMaxAgeSeconds,
    requireDpopNonce: options.requireDpopNonce ?? false,
    clock: options.clock,
  })
}

/** @throws TypeError for an unknown or missing member */
export function parseClient(client: TestClient): TestClient {
  refuseUnknownNames(client, CLIENT_MEMBERS, 'client')
  if (typeof client.clientId !== 'string' || client.clientId === '') throw new TypeError('client: clientId is missing')
  if (client.jwks !== undefined) requirePublicKeys(client.jwks)
  const mayLackSecret = client.jwks !== undefined && client.clientSecret === undefined
  if (!mayLackSecret && (typeof client.clientSecret !== 'string' || client.clientSecret === '')) {
    throw new TypeError('client: clientSecret is missing; a client that signs assertions has jwks instead')
  }
  if (!Array.isArray(client.scopes)) throw new TypeError("client: scopes must be a list, such as ['controls:read']")
  return Object.freeze({ ...client })
}

/** A private key would verify nothing, and a shared secret is another method (client_secret_jwt). */
function requirePublicKeys({ keys }: { readonly keys: readonly object[] }): void {
  const isPublic = (key: unknown): boolean =>
    typeof key === 'object' && key !== null && !Object.hasOwn(key, 'd') && !Object.hasOwn(key, 'k')
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isPublic)) return
  throw new TypeError('client: jwks must be like { keys: [publicJwk] }, with public keys only')
}

function parsePath(path: string): string {
  if (path === '') return path
  if (path.startsWith('/') && new URL(`http://127.0.0.1${path}`).pathname === path) return path
  throw new TypeError(
    `createTestIssuer: path ${JSON.stringify(path)} must be like "/tenant1", without query or fragment`,
  )
}
