import { X509Certificate } from 'node:crypto'
import type { Certificate, ClientCertificate } from '@scopeward/testing'
import { AUDIENCE } from './audiences.ts'
import { CLIENT_SECRET } from './provider.ts'

/** Clients that get tokens for themselves. Whether one is bound to a DPoP key is up to the client, each time. */
export const SERVICES = {
  /** JWTs. */
  modern: 'nightly-import',
  /** Opaque tokens. */
  opaque: 'opaque-import',
  /** JWTs that are bound to its certificate, which it signed itself (RFC 8705 section 2.2). */
  certified: 'certified-import',
  /** Opaque tokens that are bound to its certificate, which the provider's authority signed (RFC 8705 section 2.1). */
  certifiedOpaque: 'certified-opaque-import',
} as const

export type ServiceId = (typeof SERVICES)[keyof typeof SERVICES]

/** Rather than by its secret. */
export function authenticatesByCertificate(service: ServiceId): boolean {
  return service === SERVICES.certified || service === SERVICES.certifiedOpaque
}

/** The API, which asks the provider about opaque tokens. */
export const INTROSPECTOR = AUDIENCE

export interface ServiceCertificates {
  readonly certified: ClientCertificate
  readonly certifiedOpaque: Certificate
}

type Metadata = Readonly<Record<string, unknown>>

export function boundClients({ certified }: ServiceCertificates): Metadata[] {
  const bound = { tls_client_certificate_bound_access_tokens: true }
  return [
    clientOf(SERVICES.modern),
    clientOf(SERVICES.opaque),
    {
      ...clientOf(SERVICES.certified),
      ...bound,
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: [jwkOf(certified)] },
    },
    {
      ...clientOf(SERVICES.certifiedOpaque),
      ...bound,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: `CN=${SERVICES.certifiedOpaque}`,
    },
    { ...clientOf(INTROSPECTOR), grant_types: [] },
  ]
}

function clientOf(client_id: string): Metadata {
  return {
    client_id,
    client_secret: CLIENT_SECRET,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'ES256',
  }
}

/** How a client registers a certificate (RFC 8705 section 2.2.2). */
function jwkOf({ certificate, der }: ClientCertificate): Metadata {
  const publicKey = new X509Certificate(certificate).publicKey.export({ format: 'jwk' })
  return { ...publicKey, x5c: [der.toString('base64')], use: 'sig' }
}
