import { ClientCredentials } from '../options/client-authentication.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import { clientAssertion } from './client-assertion.ts'
import { mutualTlsFetch } from './mutual-tls-fetch.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** How one kind of client authentication asks. */
export interface IntrospectionClient {
  readonly fetch: typeof globalThis.fetch
  /** Whether the endpoint for client certificates is meant, where the issuer has one of its own. */
  readonly mutualTls: boolean
  /** The request about one token. @see RFC 7662 section 2.1 */
  request(token: string): Promise<RequestInit>
}

/** @param accept media type of the answer */
export function introspectionClient(
  credentials: ClientCredentials,
  { issuer, fetch, clock }: IssuerRules,
  accept: string,
): IntrospectionClient {
  const secrets = ClientCredentials.read(credentials)
  const { clientId } = credentials
  const post = (token: string, added: Record<string, string>, authorization?: string): RequestInit => ({
    method: 'POST',
    headers: {
      accept,
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization !== undefined && { authorization }),
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token', ...added }).toString(),
  })
  switch (secrets.method) {
    case 'client_secret_basic': {
      const authorization = basic(clientId, secrets.clientSecret)
      return { fetch, mutualTls: false, request: async token => post(token, {}, authorization) }
    }
    case 'private_key_jwt': {
      const key = { ...secrets, algorithm: secrets.algorithm.name }
      const request = async (token: string): Promise<RequestInit> =>
        post(token, {
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: await clientAssertion(clientId, issuer, key, clock()),
        })
      return { fetch, mutualTls: false, request }
    }
    case 'tls_client_auth':
      return {
        fetch: mutualTlsFetch(secrets.secureContext),
        mutualTls: true,
        request: async token => post(token, { client_id: clientId }),
      }
  }
}

/** Both halves are form-urlencoded before they are joined (RFC 6749 section 2.3.1). */
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`
}
