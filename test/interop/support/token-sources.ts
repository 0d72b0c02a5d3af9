import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { AUDIENCE } from './audiences.ts'
import { CALLERS } from './opaque-clients.ts'
import { CLIENT_SECRET } from './provider.ts'

/** Gets and revokes tokens as a client does, with one client library. */
export interface TokenSource {
  clientCredentials(clientId: string, parameters: Record<string, string>): Promise<string>
  /** A user signs in at an app that asks for `reports:read` (CIBA). */
  signIn(): Promise<{ accessToken: string; refreshToken: string }>
  revoke(clientId: string, token: string): Promise<void>
}

const CIBA = 'urn:openid:params:grant-type:ciba'
const SIGN_IN = { scope: 'openid reports:read', login_hint: 'alice', resource: AUDIENCE }

export function openidClientSource(issuer: string): TokenSource {
  const discover = (clientId: string) =>
    client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(CLIENT_SECRET), {
      execute: [client.allowInsecureRequests],
    })
  return {
    async clientCredentials(clientId, parameters) {
      return (await client.clientCredentialsGrant(await discover(clientId), parameters)).access_token
    },
    async signIn() {
      const app = await discover(CALLERS.app)
      const { auth_req_id } = await client.initiateBackchannelAuthentication(app, SIGN_IN)
      const tokens = await client.genericGrantRequest(app, CIBA, { auth_req_id, resource: AUDIENCE })
      return { accessToken: tokens.access_token, refreshToken: String(tokens.refresh_token) }
    },
    revoke: async (clientId, token) => client.tokenRevocation(await discover(clientId), token),
  }
}

const INSECURE = { [oauth.allowInsecureRequests]: true }

/** Metadata of an authorization server on the loopback interface. */
export async function discoverServer(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, INSECURE))
}

function oauth4webapiSource(issuer: string): TokenSource {
  const secret = oauth.ClientSecretBasic(CLIENT_SECRET)
  return {
    async clientCredentials(client_id, parameters) {
      const server = await discoverServer(issuer)
      const response = await oauth.clientCredentialsGrantRequest(server, { client_id }, secret, parameters, INSECURE)
      return (await oauth.processClientCredentialsResponse(server, { client_id }, response)).access_token
    },
    async signIn() {
      const [server, app] = [await discoverServer(issuer), { client_id: CALLERS.app }]
      const begun = await oauth.backchannelAuthenticationRequest(server, app, secret, SIGN_IN, INSECURE)
      const { auth_req_id } = await oauth.processBackchannelAuthenticationResponse(server, app, begun)
      const additionalParameters = { resource: AUDIENCE }
      const options = { ...INSECURE, additionalParameters }
      const granted = await oauth.backchannelAuthenticationGrantRequest(server, app, secret, auth_req_id, options)
      const tokens = await oauth.processBackchannelAuthenticationGrantResponse(server, app, granted)
      return { accessToken: tokens.access_token, refreshToken: String(tokens.refresh_token) }
    },
    async revoke(client_id, token) {
      const server = await discoverServer(issuer)
      const response = await oauth.revocationRequest(server, { client_id }, secret, token, INSECURE)
      await oauth.processRevocationResponse(response)
    },
  }
}

/** Both libraries, by name. */
export const TOKEN_SOURCES: [library: string, sourceOf: (issuer: string) => TokenSource][] = [
  ['openid-client', openidClientSource],
  ['oauth4webapi', oauth4webapiSource],
]
