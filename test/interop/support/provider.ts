import { createServer, type RequestListener } from 'node:http'
import express from 'express'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Provider } from 'oidc-provider'
import { AUDIENCE, OTHER_AUDIENCE } from './audiences.ts'
import { hushProvider } from './hush.ts'
import { close, listen } from './listen.ts'

export type Algorithm = 'RS256' | 'ES256' | 'Ed25519'

/** What the provider signs with. */
export interface Signing {
  readonly algorithm: Algorithm
  /** A private key without `alg`, so that it is published as most servers publish theirs. */
  readonly key: JWK
}

export interface RunningProvider {
  readonly issuer: string
  /** Paths that were requested, in order. */
  readonly requested: readonly string[]
  /** Another provider takes the place of this one, under the same issuer identifier: with this key alone. */
  replace(signing: Signing): Promise<void>
  stop(): Promise<void>
}

export const CLIENT_SECRET = 'a-secret-that-is-long-enough-for-every-hash'

/** The clients: a service, and the API itself, whose client id is its audience, as is usual where APIs introspect. */
export const CLIENTS = { service: 'nightly-import', api: AUDIENCE } as const

export async function createSigning(algorithm: Algorithm, kid: string): Promise<Signing> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { algorithm, key: { ...(await exportJWK(privateKey)), kid, use: 'sig' } }
}

/**
 * oidc-provider on a real port, with two APIs as resources and without any login page.
 * @param path path of the issuer identifier; default: none
 */
export async function startProvider(signing: Signing, path = ''): Promise<RunningProvider> {
  const requested: string[] = []
  let handle: RequestListener
  const app = express()
  app.use((request, _response, next) => {
    requested.push(request.path)
    next()
  })
  app.use(path === '' ? '/' : path, (request, response) => handle(request, response))
  const server = createServer(app)
  const issuer = `${await listen(server)}${path}`
  const replace = async (next: Signing) => {
    handle = (await createProvider(issuer, configurationOf(next))).callback()
  }
  await replace(signing)
  return { issuer, requested, replace, stop: () => close(server) }
}

export function createProvider(issuer: string, configuration: Readonly<Record<string, unknown>>): Promise<Provider> {
  return hushProvider(async () => {
    const { Provider } = await import('oidc-provider')
    return new Provider(issuer, configuration)
  })
}

function configurationOf({ key, algorithm }: Signing): Record<string, unknown> {
  const clientOf = (client_id: string, ...grant_types: string[]) => ({
    client_id,
    client_secret: CLIENT_SECRET,
    token_endpoint_auth_method: 'client_secret_post',
    grant_types,
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: algorithm,
    introspection_signed_response_alg: algorithm,
  })
  const cibaClient = {
    ...clientOf(CLIENTS.api, 'client_credentials', 'urn:openid:params:grant-type:ciba'),
    backchannel_token_delivery_mode: 'poll',
  }
  return {
    jwks: { keys: [key] },
    cookies: { keys: ['unused'] },
    clients: [clientOf(CLIENTS.service, 'client_credentials'), cibaClient],
    ttl: { AccessToken: 600, BackchannelAuthenticationRequest: 600, ClientCredentials: 600, Grant: 600, IdToken: 600 },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => resourceServer(resource, algorithm),
      },
      ciba: { enabled: true, deliveryModes: ['poll'], ...consentingUser },
    },
  }
}

function resourceServer(resource: string, algorithm: Algorithm) {
  if (resource !== AUDIENCE && resource !== OTHER_AUDIENCE) throw new Error(`unknown resource ${resource}`)
  return {
    scope: 'reports:read reports:write',
    audience: resource,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: algorithm } },
  }
}

/** A user whom no page has to ask: every backchannel authentication request is granted at once. */
export const consentingUser = {
  processLoginHint: (_context: unknown, loginHint: string) => loginHint,
  verifyUserCode: () => undefined,
  validateBindingMessage: () => undefined,
  validateRequestContext: () => undefined,
  async triggerAuthenticationDevice(
    { oidc: { provider } }: { readonly oidc: { readonly provider: Provider } },
    request: { readonly jti: string },
    { accountId }: { readonly accountId: string },
    { clientId }: { readonly clientId: string },
  ) {
    const grant = new provider.Grant({ accountId, clientId })
    grant.addOIDCScope('openid')
    grant.addResourceScope(AUDIENCE, 'reports:read reports:write')
    await grant.save()
    await provider.backchannelResult(request, grant)
  },
}
