import { createHash, timingSafeEqual } from 'node:crypto'
import { type AssertionContext, verifyClientAssertion } from './client-assertion.ts'
import { TokenError } from './token-error.ts'
import type { TokenRequest } from './token-request.ts'

/** A client of the token and introspection endpoints. It has `clientSecret`, `jwks`, or both. */
export interface TestClient {
  readonly clientId: string
  /** For HTTP Basic, or in the body. Default: none; the client has `jwks`. */
  readonly clientSecret?: string
  /** Public keys of its assertions, for `private_key_jwt` (RFC 7523 section 2.2). Default: none. */
  readonly jwks?: { readonly keys: readonly object[] }
  /** Scopes that it may ask for; it gets all of them where it asks for none. */
  readonly scopes: readonly string[]
  /** Audiences that it may ask for; the first is the default. Default: `['https://api.example.com']`. */
  readonly audiences?: readonly string[]
  /**
   * Claims to add or replace in its tokens, last word over what it asked for, such as the permissions of its role;
   * `undefined` leaves a claim out. Does NOT change what the token endpoint says beside the token. Default: none.
   */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Gets opaque tokens from the token endpoint, see `opaqueToken`. Default: `false`, JWT access tokens. */
  readonly opaque?: boolean
  /**
   * Gets a `refresh_token` too, to try it where an access token belongs: opaque, valid for 30 days, and active without
   * `token_type` when it is introspected. There is NO refresh grant. Default: `false`.
   */
  readonly refreshToken?: boolean
}

/** How a client proved who it is, by the names in the IANA OAuth parameters registry. */
export type ClientAuthenticationMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

export const AUTHENTICATION_METHODS: readonly ClientAuthenticationMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
]

export interface AuthenticatedClient {
  readonly client: TestClient
  readonly method: ClientAuthenticationMethod
}

interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * HTTP Basic, `client_id` and `client_secret` in the body, or a client assertion; exactly one of them.
 * @throws TokenError `invalid_request` for two methods at once, `invalid_client` for the rest
 * @see RFC 6749 section 2.3.1, RFC 7523 section 2.2
 */
export async function authenticateClient(
  authorization: string | undefined,
  parameters: TokenRequest,
  context: AssertionContext,
): Promise<AuthenticatedClient> {
  if (parameters.has('client_assertion') || parameters.has('client_assertion_type')) {
    if (authorization !== undefined || parameters.has('client_secret')) throw twoMethods()
    return { client: await verifyClientAssertion(parameters, context), method: 'private_key_jwt' }
  }
  if (authorization === undefined) {
    return { client: clientOf(bodyCredentials(parameters), context.clients), method: 'client_secret_post' }
  }
  const credentials = basicCredentials(authorization, parameters)
  return { client: clientOf(credentials, context.clients), method: 'client_secret_basic' }
}

function clientOf({ clientId, clientSecret }: Credentials, clients: ReadonlyMap<string, TestClient>): TestClient {
  const client = clients.get(clientId)
  // Compared also where the client is unknown, so that the time does not tell which ids exist.
  const matches = equalInConstantTime(clientSecret, client?.clientSecret ?? '')
  // A client without a secret is not one with an empty secret.
  if (client?.clientSecret !== undefined && matches) return client
  throw new TokenError('invalid_client', 'unknown client or wrong secret')
}

function bodyCredentials(parameters: TokenRequest): Credentials {
  const clientId = parameters.get('client_id')?.[0]
  const clientSecret = parameters.get('client_secret')?.[0]
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret }
  throw new TokenError('invalid_client', 'the client did not authenticate')
}

function basicCredentials(authorization: string, parameters: TokenRequest): Credentials {
  if (parameters.has('client_secret')) throw twoMethods()
  const credentials = decodeBasic(authorization)
  if (credentials === undefined) throw new TokenError('invalid_client', 'the Authorization header is not valid Basic')
  const named = parameters.get('client_id')?.[0] ?? credentials.clientId
  if (named === credentials.clientId) return credentials
  throw new TokenError('invalid_request', 'client_id is not the client that authenticated')
}

function decodeBasic(authorization: string): Credentials | undefined {
  const [scheme = '', encoded = '', ...more] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'basic' || encoded === '' || more.length > 0) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 0) return undefined
  const clientId = formDecode(decoded.slice(0, colon))
  const clientSecret = formDecode(decoded.slice(colon + 1))
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret }
}

/** Both halves are form-urlencoded before they are joined, which many clients forget (RFC 6749 section 2.3.1). */
function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function twoMethods(): TokenError {
  return new TokenError('invalid_request', 'the client used two authentication methods')
}

function equalInConstantTime(left: string, right: string): boolean {
  return timingSafeEqual(sha256(left), sha256(right))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
