import type { IncomingMessage } from 'node:http'
import { ALGORITHMS } from './algorithms.ts'
import type { Answer } from './answer.ts'
import type { TestClient } from './endpoints/client-authentication.ts'
import { Clients } from './endpoints/clients.ts'
import { keySetAnswer, metadataAnswer, readable } from './endpoints/documents.ts'
import { answerIntrospectionRequest, type IntrospectionRequest } from './endpoints/introspection-endpoint.ts'
import { ProofVerifier } from './endpoints/proof-verifier.ts'
import { answerTokenRequest } from './endpoints/token-endpoint.ts'
import type { Fault, FaultTarget } from './faults.ts'
import { type ForgedKey, tokenUnder } from './forged-keys/forged-key.ts'
import { type ForgeryName, forge } from './forgeries/index.ts'
import { type ParsedOptions, parseClient, parseOptions, type TestIssuerOptions } from './issuer-options.ts'
import { KeySet } from './key-set.ts'
import type { TestKey } from './keys.ts'
import type { TokenInput } from './mint.ts'
import { Minter } from './minter.ts'
import type { OpaqueTokenInput } from './opaque-token.ts'
import { refuseUnknownNames, requireNameIn } from './options.ts'
import { type Endpoint, IssuerServer, type RequestCounts, type Route } from './server.ts'
import type { IssuerSettings, RotateOptions, TestIssuer } from './test-issuer.ts'

/**
 * Starts an authorization server on 127.0.0.1 and makes its first key. Stop it when the tests are over.
 * @throws TypeError for a bad option; the error of `listen` where the port is taken
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const parsed = parseOptions(options)
  const keySet = await KeySet.create(parsed.algorithm)
  const server = new IssuerServer()
  const origin = await server.listen(parsed.port)
  const issuer = new Issuer(origin, parsed, server, keySet)
  server.serve(issuer.routes())
  return issuer
}

class Issuer implements TestIssuer {
  readonly issuer: string
  readonly jwksUri: string
  readonly tokenEndpoint: string
  readonly introspectionEndpoint: string
  readonly options: IssuerSettings
  readonly #options: ParsedOptions
  readonly #server: IssuerServer
  readonly #keySet: KeySet
  readonly #clients: Clients
  readonly #minter: Minter
  readonly #proofs: ProofVerifier
  #lastIntrospection: IntrospectionRequest | undefined

  constructor(origin: string, options: ParsedOptions, server: IssuerServer, keySet: KeySet) {
    const { path, clock } = options
    this.issuer = `${origin}${path}`
    const base = `${origin}${withoutFinalSlash(path)}`
    this.jwksUri = `${base}/jwks`
    this.tokenEndpoint = `${base}/oauth/token`
    this.introspectionEndpoint = `${base}/oauth/introspect`
    this.options = Object.freeze({
      issuer: this.issuer,
      allowHttpOnLoopback: true,
      ...(clock === undefined ? {} : { clock }),
    })
    this.#options = options
    this.#server = server
    this.#keySet = keySet
    this.#minter = new Minter(this.issuer, options, keySet)
    const now = (): number => (clock ?? Date.now)()
    this.#clients = new Clients(this.issuer, now, options.clients)
    this.#proofs = new ProofVerifier(this.tokenEndpoint, now, options.requireDpopNonce)
  }

  get keys(): readonly TestKey[] {
    return this.#keySet.published
  }

  get signingKey(): TestKey {
    return this.#keySet.signing
  }

  get requests(): Readonly<RequestCounts> {
    return this.#server.requests
  }

  get lastIntrospection(): IntrospectionRequest | undefined {
    return this.#lastIntrospection
  }

  async token(input: TokenInput = {}): Promise<string> {
    return this.#minter.token(input)
  }

  opaqueToken(input: OpaqueTokenInput = {}): string {
    return this.#minter.opaqueToken(input)
  }

  revoke(token: string): void {
    this.#minter.tokens.revoke(token)
  }

  async forge(name: ForgeryName, input: TokenInput = {}): Promise<string> {
    return forge(name, this.#minter.draft(input))
  }

  async tokenUnder(forged: ForgedKey, input: TokenInput = {}): Promise<string> {
    return tokenUnder(forged, this.#minter.draft({ ...input, key: this.signingKey }))
  }

  addClient(client: TestClient): void {
    this.#clients.add(parseClient(client))
  }

  async rotateKeys(options: RotateOptions = {}): Promise<TestKey> {
    refuseUnknownNames(options, { algorithm: true, keepOld: true }, 'rotateKeys')
    const algorithm = options.algorithm ?? this.signingKey.algorithm
    return this.#keySet.rotate(requireNameIn(ALGORITHMS, algorithm, 'rotateKeys'), options.keepOld ?? true)
  }

  withdrawKey(kid?: string): void {
    this.#keySet.withdraw(kid)
  }

  async replaceKey(kid: string = this.signingKey.kid): Promise<TestKey> {
    return this.#keySet.replace(kid)
  }

  publish(jwks: unknown): void {
    this.#keySet.publish(jwks)
  }

  setFault(fault: Fault | undefined, on: FaultTarget | 'everything' = 'everything'): void {
    this.#server.setFault(fault, on)
  }

  resetRequests(): void {
    this.#server.resetRequests()
    this.#lastIntrospection = undefined
  }

  nextRequest(endpoint: Endpoint): Promise<void> {
    return this.#server.nextRequest(endpoint)
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  routes(): ReadonlyMap<string, Route> {
    const base = withoutFinalSlash(this.#options.path)
    const metadata = readable(() => this.#metadata())
    const jwks = readable(() => keySetAnswer(this.#keySet.document(), this.#options.keySetMaxAgeSeconds))
    return new Map<string, Route>([
      [`/.well-known/oauth-authorization-server${base}`, { endpoint: 'metadata', answer: metadata }],
      [`${base}/.well-known/openid-configuration`, { endpoint: 'openidConfiguration', answer: metadata }],
      [`${base}/jwks`, { endpoint: 'jwks', answer: jwks }],
      [`${base}/oauth/token`, { endpoint: 'token', answer: request => this.#answerTokenRequest(request) }],
      [
        `${base}/oauth/introspect`,
        { endpoint: 'introspection', answer: request => this.#answerIntrospection(request) },
      ],
    ])
  }

  #metadata(): Answer {
    return metadataAnswer({
      issuer: this.issuer,
      jwksUri: this.jwksUri,
      tokenEndpoint: this.tokenEndpoint,
      introspectionEndpoint: this.introspectionEndpoint,
      algorithms: [...new Set(this.keys.map(key => key.algorithm))],
      scopes: this.#clients.scopes,
    })
  }

  #answerTokenRequest(request: IncomingMessage): Promise<Answer> {
    return answerTokenRequest(request, {
      authentication: this.#clients.authenticationAt(this.tokenEndpoint),
      lifetimeSeconds: this.#options.accessTokenLifetimeSeconds,
      minter: this.#minter,
      proofs: this.#proofs,
    })
  }

  #answerIntrospection(request: IncomingMessage): Promise<Answer> {
    return answerIntrospectionRequest(request, {
      authentication: this.#clients.authenticationAt(this.introspectionEndpoint),
      issuer: this.issuer,
      tokens: this.#minter.tokens,
      signingKey: this.signingKey,
      onRequest: asked => {
        this.#lastIntrospection = asked
      },
    })
  }
}

function withoutFinalSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}
