import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { ALGORITHMS } from '../algorithms.ts'
import type { TestClient } from './client-authentication.ts'
import { TokenError } from './token-error.ts'
import type { TokenRequest } from './token-request.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export const ASSERTION_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS)

export interface AssertionContext {
  readonly clients: ReadonlyMap<string, TestClient>
  /** The audiences that an assertion may have: the issuer, or the URL of the endpoint that is asked. */
  readonly audiences: readonly string[]
  readonly clock: () => number
  /** The assertions that were accepted, by client and `jti`; one more is added for each. */
  readonly usedAssertions: Set<string>
}

/**
 * `private_key_jwt`: a JWT signed by a registered key of the client, for this server, not expired, and never used before.
 * @throws TokenError `invalid_request` where `client_id` names another client, `invalid_client` for the rest
 * @see RFC 7521 section 4.2, RFC 7523 section 3, OpenID Connect Core 1.0 section 9
 */
export async function verifyClientAssertion(parameters: TokenRequest, context: AssertionContext): Promise<TestClient> {
  const assertion = parameters.get('client_assertion')?.[0]
  if (assertion === undefined) throw notValid('client_assertion is missing')
  if (parameters.get('client_assertion_type')?.[0] !== ASSERTION_TYPE) {
    throw notValid(`client_assertion_type must be ${ASSERTION_TYPE}`)
  }
  const client = claimedClient(assertion, parameters, context.clients)
  const { jti } = await verify(assertion, client, context)
  if (typeof jti !== 'string') throw notValid('jti must be text')
  const use = JSON.stringify([client.clientId, jti])
  if (context.usedAssertions.has(use)) throw notValid('jti was used before')
  context.usedAssertions.add(use)
  return client
}

/** The client that the assertion claims to be from, before anything is verified. */
function claimedClient(
  assertion: string,
  parameters: TokenRequest,
  clients: ReadonlyMap<string, TestClient>,
): TestClient {
  const subject = subjectOf(assertion)
  const named = parameters.get('client_id')?.[0] ?? subject
  if (named !== subject) throw new TokenError('invalid_request', 'client_id is not the client that authenticated')
  const client = clients.get(subject)
  if (client?.jwks !== undefined) return client
  throw notValid('unknown client, or one without jwks')
}

function subjectOf(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion)
    if (typeof sub === 'string') return sub
  } catch {
    throw notValid('not a JWT')
  }
  throw notValid('sub is missing')
}

async function verify(assertion: string, client: TestClient, context: AssertionContext): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(client.jwks as JSONWebKeySet), {
      algorithms: [...ASSERTION_ALGORITHMS],
      issuer: client.clientId,
      subject: client.clientId,
      audience: [...context.audiences],
      requiredClaims: ['exp', 'jti'],
      currentDate: new Date(context.clock()),
    })
    return payload
  } catch (error) {
    throw notValid(String((error as Error).message).replaceAll('"', ''))
  }
}

function notValid(why: string): TokenError {
  return new TokenError('invalid_client', `the client assertion is not valid: ${why}`)
}
