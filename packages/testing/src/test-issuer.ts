import type { TestAlgorithm } from './algorithms.ts'
import type { TestClient } from './endpoints/client-authentication.ts'
import type { IntrospectionRequest } from './endpoints/introspection-endpoint.ts'
import type { Fault, FaultTarget } from './faults.ts'
import type { ForgedKey } from './forged-keys/forged-key.ts'
import type { ForgeryName } from './forgeries/index.ts'
import type { TestKey } from './keys.ts'
import type { TokenInput } from './mint.ts'
import type { OpaqueTokenInput } from './opaque-token.ts'
import type { Endpoint, RequestCounts } from './server.ts'

/** An authorization server for tests: real HTTP on 127.0.0.1, real keys, and everything that can go wrong with them. */
export interface TestIssuer extends AsyncDisposable {
  /** The exact issuer identifier, such as `http://127.0.0.1:49152`: the `iss` of its tokens. */
  readonly issuer: string
  readonly jwksUri: string
  readonly tokenEndpoint: string
  /** Where registered clients ask about tokens (RFC 7662), for JSON or for a signed answer (RFC 9701). */
  readonly introspectionEndpoint: string
  /** To spread into the options of what is tested: `createGuard({ ...issuer.options, audience, scopes })`. */
  readonly options: IssuerSettings

  /**
   * Mints a JWT access token (RFC 9068) directly, without the token endpoint. Valid unless `input` makes it otherwise.
   * Does NOT check `input` against the registered clients. Remembered for introspection where the issuer's own key signs.
   * @throws TypeError for an unknown option or `kid`; jose's error for a header that cannot be signed honestly
   */
  token(input?: TokenInput): Promise<string>

  /**
   * The token that `token(input)` would mint, with one named defect. See `forgeries` for the names.
   * @throws TypeError for an unknown name, and where the defect needs another kind of signing key
   */
  forge(name: ForgeryName, input?: TokenInput): Promise<string>

  /**
   * A token under a key with which anybody, or nobody, should sign; see `forgedKeys`. Publish `forged.jwk` first:
   * `issuer.publish({ keys: [forged.jwk] })`. `input.key` has no effect.
   */
  tokenUnder(forged: ForgedKey, input?: TokenInput): Promise<string>

  /**
   * Mints an opaque access token: random text without dots, that means what `token(input)` would say and that only the
   * introspection endpoint can tell. The issuer remembers it as long as it lives.
   * @throws TypeError for an unknown option, among them `header` and `key`, which an opaque token does not have
   */
  opaqueToken(input?: OpaqueTokenInput): string

  /**
   * Makes a token inactive for introspection: one of `opaqueToken`, `token` or the token endpoint. Revoking it twice is
   * fine. Does NOT change a JWT access token for those who verify it by its signature.
   * @throws TypeError where this issuer has not minted the token, as it has not minted what `forge`, `tokenUnder` or a
   * key that is not its own have signed
   */
  revoke(token: string): void

  /** Registers a client of the token and introspection endpoints; one with the same id is replaced. */
  addClient(client: TestClient): void

  /** The published keys, oldest first. Named `key-1`, `key-2` and so on, so that two issuers share key ids. */
  readonly keys: readonly TestKey[]
  /** The key that signs. */
  readonly signingKey: TestKey

  /** A new key signs from now on. Old ones stay published unless `keepOld` is `false`. */
  rotateKeys(options?: RotateOptions): Promise<TestKey>
  /**
   * Takes a key out of the key set; default: the oldest. It still signs, if it did, so that its tokens can be tried.
   * @throws TypeError for an unknown `kid`
   */
  withdrawKey(kid?: string): void
  /**
   * New key material under the same `kid`; default: the signing key's. Earlier `TestKey` objects still work as `token({ key })`.
   * @returns the new key
   * @throws TypeError for an unknown `kid`
   */
  replaceKey(kid?: string): Promise<TestKey>
  /** Serves this instead of the key set: text and bytes verbatim, anything else as JSON. `undefined` restores it. */
  publish(jwks: unknown): void

  /**
   * Makes endpoints fail from the next request on; `undefined` heals them. Other endpoints keep their faults. Requests
   * that `slow` and `slow-body` keep waiting are answered as soon as the fault is lifted or another takes its place.
   * @param on default: `'everything'`
   * @throws TypeError for an unknown fault, or one that does nothing at that endpoint
   */
  setFault(fault: Fault | undefined, on?: FaultTarget | 'everything'): void

  /** Requests so far; live. A request counts when it arrives, also one that a fault will spoil. */
  readonly requests: Readonly<RequestCounts>
  /** Zero again; `lastIntrospection` is forgotten. */
  resetRequests(): void
  /** Resolves when the next request to the endpoint has arrived. Rejects when the issuer is stopped before that. */
  nextRequest(endpoint: Endpoint): Promise<void>
  /** The last introspection request that was answered: by an authenticated client, and not spoilt by a fault. */
  readonly lastIntrospection: IntrospectionRequest | undefined

  /** Closes the server and every connection. May be called twice. Also by `await using`. Minting still works after it. */
  stop(): Promise<void>
}

/** Options that a resource server needs to trust a test issuer. */
export interface IssuerSettings {
  readonly issuer: string
  readonly allowHttpOnLoopback: true
  /** Present where the test issuer was given one. */
  readonly clock?: () => number
}

/** How the issuer gets a new signing key. */
export interface RotateOptions {
  /** Default: the algorithm of the current signing key. */
  readonly algorithm?: TestAlgorithm
  /** Default: `true`. */
  readonly keepOld?: boolean
}
