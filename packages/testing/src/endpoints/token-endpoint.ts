import type { IncomingMessage } from 'node:http'
import { type Answer, methodNotAllowed } from '../answer.ts'
import type { BoundTo } from '../bound-to.ts'
import { DEFAULT_AUDIENCE } from '../mint.ts'
import type { Minter } from '../minter.ts'
import type { OpaqueTokenInput } from '../opaque-token.ts'
import type { AssertionContext } from './client-assertion.ts'
import { authenticateClient, type TestClient } from './client-authentication.ts'
import type { ProofVerifier } from './proof-verifier.ts'
import { NO_STORE, orRefusal, TokenError } from './token-error.ts'
import { readTokenRequest, type TokenRequest } from './token-request.ts'

export interface TokenEndpointContext {
  readonly authentication: AssertionContext
  readonly lifetimeSeconds: number
  readonly minter: Minter
  readonly proofs: ProofVerifier
}

const REFRESH_TOKEN_LIFETIME_SECONDS = 30 * 24 * 60 * 60

/**
 * The client credentials grant with resource indicators; the token is bound to the key of a DPoP proof, if there is one.
 * @see RFC 6749 sections 4.4, 5.1, 5.2; RFC 8707 section 2; RFC 9449 sections 5 and 8
 */
export async function answerTokenRequest(request: IncomingMessage, context: TokenEndpointContext): Promise<Answer> {
  if (request.method !== 'POST') return methodNotAllowed('POST')
  const { nonce } = context.proofs
  const answer = await orRefusal(grantToken(request, context))
  return nonce === undefined ? answer : { ...answer, headers: { ...answer.headers, 'dpop-nonce': nonce } }
}

async function grantToken(request: IncomingMessage, context: TokenEndpointContext): Promise<Answer> {
  const parameters = await readTokenRequest(request)
  const { client } = await authenticateClient(request.headers.authorization, parameters, context.authentication)
  requireClientCredentials(parameters)
  const granted = { scope: grantedScope(parameters, client), audience: grantedAudience(parameters, client) }
  return grant(client, { ...granted, boundTo: await context.proofs.verify(request) }, context)
}

interface Granted {
  readonly scope: string | undefined
  readonly audience: string | readonly string[]
  readonly boundTo: BoundTo | undefined
}

async function grant(
  client: TestClient,
  { scope, audience, boundTo }: Granted,
  { minter, lifetimeSeconds }: TokenEndpointContext,
): Promise<Answer> {
  const granted = scope === undefined ? {} : { scope }
  const unbound = { clientId: client.clientId, audience, ...granted, claims: client.claims ?? {} }
  const input = boundTo === undefined ? unbound : { ...unbound, boundTo }
  const body = {
    access_token: client.opaque ? minter.opaqueToken(input) : await minter.token(input),
    token_type: boundTo === undefined ? 'Bearer' : 'DPoP',
    expires_in: lifetimeSeconds,
    ...granted,
    ...(client.refreshToken ? { refresh_token: minter.opaqueToken(refreshTokenInput(unbound)) } : {}),
  }
  return { status: 200, headers: NO_STORE, body: JSON.stringify(body) }
}

/** `token_type` is about access tokens (RFC 7662 section 2.2): its absence is all that tells the two apart. */
function refreshTokenInput(input: OpaqueTokenInput): OpaqueTokenInput {
  return { ...input, expiresInSeconds: REFRESH_TOKEN_LIFETIME_SECONDS, introspection: { token_type: undefined } }
}

function requireClientCredentials(parameters: TokenRequest): void {
  const grantType = parameters.get('grant_type')?.[0]
  if (grantType === undefined) throw new TokenError('invalid_request', 'grant_type is missing')
  if (grantType !== 'client_credentials') {
    throw new TokenError('unsupported_grant_type', 'the only grant is client_credentials')
  }
}

function grantedScope(parameters: TokenRequest, { scopes }: TestClient): string | undefined {
  const asked = [...new Set(parameters.get('scope')?.[0]?.split(' ') ?? scopes)]
  if (!asked.every(scope => scopes.includes(scope))) {
    throw new TokenError('invalid_scope', 'the client may not have every scope that it asked for')
  }
  return asked.length === 0 ? undefined : asked.join(' ')
}

function grantedAudience(parameters: TokenRequest, client: TestClient): string | readonly string[] {
  const allowed = client.audiences ?? [DEFAULT_AUDIENCE]
  const asked = [...new Set([...(parameters.get('resource') ?? []), ...(parameters.get('audience') ?? [])])]
  if (!asked.every(audience => allowed.includes(audience))) {
    throw new TokenError('invalid_target', 'the client may not have a token for every audience that it asked for')
  }
  const [first = allowed[0] ?? DEFAULT_AUDIENCE, ...more] = asked
  return more.length === 0 ? first : asked
}
