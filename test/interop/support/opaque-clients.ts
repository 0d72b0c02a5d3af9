import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { AUDIENCE } from './audiences.ts'
import { CLIENT_SECRET } from './provider.ts'

export type AnswerAlgorithm = 'RS256' | 'ES256' | 'PS256'

/** Clients that get tokens: opaque ones, but for `modern`, whose tokens for the same API are JWTs. */
export const CALLERS = {
  service: 'nightly-import',
  shortLived: 'impatient-import',
  modern: 'modern-import',
  app: 'reports-app',
} as const

/** Names under which the API introspects. The first is its audience too, and must be encoded in HTTP Basic. */
export const INTROSPECTORS = {
  bySecret: AUDIENCE,
  byKey: 'reports-api-with-key',
  byCertificate: 'reports-api-with-certificate',
} as const

/** `Subject` of the certificate with which the API authenticates. */
export const CERTIFICATE_SUBJECT = 'CN=reports-api'

/** The API again, with answers that the provider signs this way. */
export function signedIntrospector(algorithm: AnswerAlgorithm): string {
  return `reports-api-${algorithm}`
}

type Metadata = Readonly<Record<string, unknown>>

export function clientsOf(introspectorKey: KeyObject): Metadata[] {
  const ciba = 'urn:openid:params:grant-type:ciba'
  const publicKey: JsonWebKey = introspectorKey.export({ format: 'jwk' })
  const jwks = { keys: [{ ...publicKey, d: undefined, kid: 'introspector', use: 'sig' }] }
  const algorithms: readonly AnswerAlgorithm[] = ['RS256', 'ES256', 'PS256']
  return [
    clientOf(CALLERS.service, ['client_credentials']),
    clientOf(CALLERS.shortLived, ['client_credentials']),
    clientOf(CALLERS.modern, ['client_credentials']),
    { ...clientOf(CALLERS.app, [ciba, 'refresh_token']), backchannel_token_delivery_mode: 'poll' },
    clientOf(INTROSPECTORS.bySecret, []),
    { ...clientOf(INTROSPECTORS.byKey, []), token_endpoint_auth_method: 'private_key_jwt', jwks },
    {
      ...clientOf(INTROSPECTORS.byCertificate, []),
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: CERTIFICATE_SUBJECT,
    },
    ...algorithms.map(algorithm => ({
      ...clientOf(signedIntrospector(algorithm), []),
      introspection_signed_response_alg: algorithm,
    })),
  ]
}

function clientOf(client_id: string, grant_types: readonly string[]): Metadata {
  return {
    client_id,
    client_secret: CLIENT_SECRET,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types,
    redirect_uris: [],
    response_types: [],
  }
}

interface TlsContext {
  readonly socket: TLSSocket
}

/** The client certificate as the TLS connection proved it (RFC 8705 section 2.1). */
export const clientCertificates = {
  getCertificate: ({ socket }: TlsContext) => socket.getPeerX509Certificate(),
  certificateAuthorized: ({ socket }: TlsContext) => socket.authorized === true,
  certificateSubjectMatches: ({ socket }: TlsContext, property: string, expected: string) =>
    property === 'tls_client_auth_subject_dn' && socket.getPeerX509Certificate()?.subject === expected,
}
