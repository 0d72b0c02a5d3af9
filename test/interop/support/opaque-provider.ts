import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { AUDIENCE, OTHER_AUDIENCE } from './audiences.ts'
import { type Certificate, loopbackCertificate } from './certificate.ts'
import { close, listen } from './listen.ts'
import { CALLERS, CERTIFICATE_SUBJECT, clientCertificates, clientsOf } from './opaque-clients.ts'
import { consentingUser, createProvider, createSigning } from './provider.ts'

export interface OpaqueProvider {
  readonly issuer: string
  /** For assertions of the API (`private_key_jwt`), ES256, `kid` `introspector`. */
  readonly introspectorKey: KeyObject
  /** For the TLS connections of the API (`tls_client_auth`). */
  readonly introspectorCertificate: Certificate
  /** Of the provider's TLS port, at which it takes client certificates. */
  readonly serverCertificate: Certificate
  /** Nobody listens any more, until `comeBack`, which keeps the port and the tokens. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
  stop(): Promise<void>
}

/**
 * oidc-provider on a real port whose tokens for both APIs are opaque, with introspection in JSON, and signed unless
 * `jwtIntrospection` is `false`.
 */
export async function startOpaqueProvider({ jwtIntrospection = true } = {}): Promise<OpaqueProvider> {
  const introspectorCertificate = loopbackCertificate(CERTIFICATE_SUBJECT.slice('CN='.length))
  const serverCertificate = loopbackCertificate('127.0.0.1')
  const introspectorKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const plain = createServer()
  const tls = createTlsServer({
    cert: serverCertificate.certificate,
    key: serverCertificate.privateKey,
    ca: introspectorCertificate.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  })
  const issuer = await listen(plain)
  const tlsOrigin = (await listen(tls as unknown as Server)).replace('http:', 'https:')
  const keys = await Promise.all([createSigning('RS256', 'rsa'), createSigning('ES256', 'ec')])
  const provider = await createProvider(issuer, {
    ...configurationOf(introspectorKey, jwtIntrospection),
    jwks: { keys: keys.map(({ key }) => key) },
    discovery: { mtls_endpoint_aliases: { introspection_endpoint: `${tlsOrigin}/token/introspection` } },
  })
  for (const server of [plain, tls]) server.on('request', provider.callback())
  const { port } = plain.address() as AddressInfo
  return {
    issuer,
    introspectorKey,
    introspectorCertificate,
    serverCertificate,
    goDown: () => close(plain),
    comeBack: async () => void (await listen(plain, port)),
    stop: async () => void (await Promise.all([close(plain), close(tls as unknown as Server)])),
  }
}

interface Caller {
  readonly clientId: string
}

function configurationOf(introspectorKey: KeyObject, jwtIntrospection: boolean): Record<string, unknown> {
  return {
    cookies: { keys: ['unused'] },
    clients: clientsOf(introspectorKey),
    ttl: {
      AccessToken: 600,
      BackchannelAuthenticationRequest: 600,
      ClientCredentials: (_context: unknown, _token: unknown, { clientId }: Caller) =>
        clientId === CALLERS.shortLived ? 3 : 600,
      Grant: 600,
      IdToken: 600,
      RefreshToken: 600,
    },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    issueRefreshToken: () => true,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: jwtIntrospection },
      revocation: { enabled: true, allowedPolicy: () => true },
      mTLS: { enabled: true, tlsClientAuth: true, ...clientCertificates },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string, { clientId }: Caller) =>
          resourceServer(resource, clientId),
      },
      ciba: { enabled: true, deliveryModes: ['poll'], ...consentingUser },
    },
    clientAuthMethods: ['client_secret_basic', 'private_key_jwt', 'tls_client_auth'],
  }
}

function resourceServer(resource: string, clientId: string) {
  if (resource !== AUDIENCE && resource !== OTHER_AUDIENCE) throw new Error(`unknown resource ${resource}`)
  const common = { scope: 'reports:read reports:write', audience: resource }
  if (clientId !== CALLERS.modern) return { ...common, accessTokenFormat: 'opaque' }
  return { ...common, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
}
