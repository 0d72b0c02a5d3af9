import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type Authority, createAuthority, createClientCertificate } from '@scopeward/testing'
import { AUDIENCE } from './audiences.ts'
import { boundClients, SERVICES, type ServiceCertificates } from './bound-clients.ts'
import { close, listen } from './listen.ts'
import { clientCertificates } from './opaque-clients.ts'
import { createProvider, createSigning, type Signing } from './provider.ts'

export interface BoundProvider {
  readonly issuer: string
  /** With which the services authenticate, and to which their tokens are bound. */
  readonly certificates: ServiceCertificates
  /** Of the provider's TLS port, at which it takes client certificates; and of every server and client here. */
  readonly authority: Authority
  stop(): Promise<void>
}

/** The client's clock is the real one, so that one of an API can be two hours ahead. */
const TOKEN_LIFETIME_SECONDS = 7200

/**
 * oidc-provider with DPoP and certificate-bound tokens, on a plain port and on one with TLS (RFC 8705 section 5).
 * @param nonces whether it asks for nonces of its own in the proofs of token requests (RFC 9449 section 8)
 */
export async function startBoundProvider({ nonces = false } = {}): Promise<BoundProvider> {
  const authority = createAuthority('test authority')
  const certificates = {
    certified: createClientCertificate(SERVICES.certified),
    certifiedOpaque: authority.issue(SERVICES.certifiedOpaque),
  }
  const { certificate: cert, privateKey: key } = authority.issue('provider')
  const plain = createServer()
  const tls = createTlsServer({
    cert,
    key,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  }) as unknown as Server
  const issuer = await listen(plain)
  const tlsOrigin = (await listen(tls)).replace('http:', 'https:')
  const provider = await createProvider(issuer, {
    ...configurationOf(await createSigning('ES256', 'signing'), nonces),
    clients: boundClients(certificates),
    discovery: { mtls_endpoint_aliases: { token_endpoint: `${tlsOrigin}/token` } },
  })
  for (const server of [plain, tls]) server.on('request', provider.callback())
  return {
    issuer,
    certificates,
    authority,
    stop: async () => void (await Promise.all([close(plain), close(tls)])),
  }
}

function configurationOf({ key }: Signing, nonces: boolean): Record<string, unknown> {
  return {
    jwks: { keys: [key] },
    cookies: { keys: ['unused'] },
    ttl: { ClientCredentials: TOKEN_LIFETIME_SECONDS },
    enabledJWA: { dPoPSigningAlgValues: ['ES256', 'ES384', 'Ed25519', 'PS256'] },
    clientAuthMethods: ['client_secret_basic', 'self_signed_tls_client_auth', 'tls_client_auth'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      dPoP: { enabled: true, ...(nonces && { nonceSecret: randomBytes(32), requireNonce: () => true }) },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        ...clientCertificates,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string, { clientId }: { readonly clientId: string }) =>
          resourceServer(resource, clientId),
      },
    },
  }
}

function resourceServer(resource: string, clientId: string) {
  if (resource !== AUDIENCE) throw new Error(`unknown resource ${resource}`)
  const common = { scope: 'reports:read reports:write', audience: resource }
  const isOpaque = clientId === SERVICES.opaque || clientId === SERVICES.certifiedOpaque
  if (isOpaque) return { ...common, accessTokenFormat: 'opaque' }
  return { ...common, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
}
