import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { AUDIENCE } from './audiences.ts'
import { authenticatesByCertificate, type ServiceId } from './bound-clients.ts'
import { CLIENT_SECRET } from './provider.ts'
import { discoverServer } from './token-sources.ts'

/** The form of `fetch` that both libraries call. */
export type ClientFetch = NonNullable<client.DiscoveryRequestOptions[typeof client.customFetch]>

export interface ResourceCall {
  readonly method?: string
  /** JSON text. */
  readonly body?: string
}

/** One client with one key for proofs, by one library. */
export interface BoundCaller {
  /** Of its key (RFC 7638). */
  thumbprint(): Promise<string>
  /** By client credentials, for this scope of the API. Bound to the key, unless `proof` is `false`. */
  token(scope?: string, proof?: boolean): Promise<string>
  /** Sends the token with a proof, and again where the API asks for a nonce, as the library's documentation has it. */
  call(url: URL, token: string, request?: ResourceCall): Promise<Response>
  /** Sends it as a bearer token. */
  callAsBearer(url: URL, token: string, request?: ResourceCall): Promise<Response>
}

export interface CallerOptions {
  readonly issuer: string
  readonly clientId: ServiceId
  /** Algorithm of the proofs. Default: ES256. */
  readonly algorithm?: string
  /** Default: the library's own. One with a client certificate for services that authenticate by it. */
  readonly fetch?: ClientFetch
}

export type CreateCaller = (options: CallerOptions) => Promise<BoundCaller>

const headersOf = (body: string | undefined) =>
  new Headers(body === undefined ? {} : { 'content-type': 'application/json' })
const READ = 'reports:read'

const openidClientCaller: CreateCaller = async ({ issuer, clientId, algorithm, fetch }) => {
  const byCertificate = authenticatesByCertificate(clientId)
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    { use_mtls_endpoint_aliases: byCertificate },
    byCertificate ? client.TlsClientAuth() : client.ClientSecretBasic(CLIENT_SECRET),
    {
      execute: [client.allowInsecureRequests],
      ...(fetch && { [client.customFetch]: fetch }),
    },
  )
  const DPoP = client.getDPoPHandle(configuration, await client.randomDPoPKeyPair(algorithm))
  const send = (url: URL, token: string, { method = 'GET', body }: ResourceCall, options?: client.DPoPOptions) =>
    client.fetchProtectedResource(configuration, token, url, method, body, headersOf(body), options)
  return {
    thumbprint: () => DPoP.calculateThumbprint(),
    async token(scope = READ, proof = true) {
      const parameters = { resource: AUDIENCE, scope }
      return (await client.clientCredentialsGrant(configuration, parameters, proof ? { DPoP } : {})).access_token
    },
    call: (url, token, request = {}) => send(url, token, request, { DPoP }),
    callAsBearer: (url, token, request = {}) => send(url, token, request),
  }
}

const oauth4webapiCaller: CreateCaller = async ({ issuer, clientId, algorithm = 'ES256', fetch }) => {
  const byCertificate = authenticatesByCertificate(clientId)
  const server = await discoverServer(issuer)
  const self: oauth.Client = { client_id: clientId, use_mtls_endpoint_aliases: byCertificate }
  const authentication = byCertificate ? oauth.TlsClientAuth() : oauth.ClientSecretBasic(CLIENT_SECRET)
  const options = {
    [oauth.allowInsecureRequests]: true,
    ...(fetch && { [oauth.customFetch]: fetch }),
  }
  const DPoP = oauth.DPoP(self, await oauth.generateKeyPair(algorithm))
  const send = (url: URL, token: string, { method = 'GET', body }: ResourceCall, proof: object) =>
    oauth.protectedResourceRequest(token, method, url, headersOf(body), body, { ...options, ...proof })
  return {
    thumbprint: () => DPoP.calculateThumbprint(),
    token(scope = READ, proof = true) {
      const request = async () => {
        const parameters = { resource: AUDIENCE, scope }
        const proven = { ...options, ...(proof && { DPoP }) }
        const response = await oauth.clientCredentialsGrantRequest(server, self, authentication, parameters, proven)
        return (await oauth.processClientCredentialsResponse(server, self, response)).access_token
      }
      return againWithNonce(request)
    },
    call: (url, token, request = {}) => againWithNonce(() => send(url, token, request, { DPoP })),
    callAsBearer: (url, token, request = {}) => send(url, token, request, {}),
  }
}

/** By then the handle has kept the nonce of the answer. */
async function againWithNonce<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request()
  } catch (error) {
    if (oauth.isDPoPNonceError(error)) return request()
    throw error
  }
}

/** Both libraries, by name. */
export const CALLERS: [library: string, createCaller: CreateCaller][] = [
  ['openid-client', openidClientCaller],
  ['oauth4webapi', oauth4webapiCaller],
]
