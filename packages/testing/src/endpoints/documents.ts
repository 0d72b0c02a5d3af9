import type { IncomingMessage } from 'node:http'
import { type Answer, methodNotAllowed } from '../answer.ts'
import { ASSERTION_ALGORITHMS } from './client-assertion.ts'
import { AUTHENTICATION_METHODS } from './client-authentication.ts'
import { PROOF_ALGORITHMS } from './proof-verifier.ts'

/** Answers GET and HEAD, and nothing else. */
export function readable(read: () => Answer): (request: IncomingMessage) => Answer {
  return request => (request.method === 'GET' || request.method === 'HEAD' ? read() : methodNotAllowed('GET, HEAD'))
}

export interface MetadataInput {
  readonly issuer: string
  readonly jwksUri: string
  readonly tokenEndpoint: string
  readonly introspectionEndpoint: string
  readonly algorithms: readonly string[]
  readonly scopes: readonly string[]
}

/**
 * One document for both well-known places. There is no authorization endpoint, so `response_types_supported`, which is
 * required, is empty; the OpenID Connect members are there for clients that insist on them.
 * @see RFC 8414 section 2, RFC 9449 section 5.1, RFC 9701 section 7, OpenID Connect Discovery 1.0 section 3
 */
export function metadataAnswer(input: MetadataInput): Answer {
  const metadata = {
    issuer: input.issuer,
    jwks_uri: input.jwksUri,
    token_endpoint: input.tokenEndpoint,
    token_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    introspection_endpoint: input.introspectionEndpoint,
    introspection_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_signing_alg_values_supported: input.algorithms,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: input.scopes,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: input.algorithms,
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(metadata) }
}

export function keySetAnswer(body: string | Uint8Array, maxAgeSeconds: number | null): Answer {
  const cacheControl = maxAgeSeconds === null ? {} : { 'cache-control': `public, max-age=${maxAgeSeconds}` }
  return { status: 200, headers: { 'content-type': 'application/jwk-set+json', ...cacheControl }, body }
}
