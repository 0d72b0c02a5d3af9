import type { IncomingMessage } from 'node:http'
import { type Answer, methodNotAllowed } from '../answer.ts'
import type { IssuedTokens } from '../issued-tokens.ts'
import type { TestKey } from '../keys.ts'
import { signPayload, withoutUndefined } from '../mint.ts'
import type { AssertionContext } from './client-assertion.ts'
import { authenticateClient, type ClientAuthenticationMethod } from './client-authentication.ts'
import { NO_STORE, orRefusal, TokenError } from './token-error.ts'
import { readForm } from './token-request.ts'

/** What a client asked the introspection endpoint. */
export interface IntrospectionRequest {
  readonly clientId: string
  readonly method: ClientAuthenticationMethod
  readonly token: string
  /** `token_type_hint`, which has no effect here. */
  readonly tokenTypeHint: string | undefined
  /** The header as it was sent. */
  readonly accept: string | undefined
}

export interface IntrospectionContext {
  readonly authentication: AssertionContext
  readonly issuer: string
  readonly tokens: IssuedTokens
  readonly signingKey: TestKey
  /** Called for each request that is answered, before the answer. */
  readonly onRequest: (asked: IntrospectionRequest) => void
}

const JWT_MEDIA_TYPE = 'application/token-introspection+jwt'

/**
 * Tells any registered client about any token: as JSON, or as a JWT where the client accepts one.
 * @see RFC 7662 section 2, RFC 9701 sections 4 and 5
 */
export async function answerIntrospectionRequest(
  request: IncomingMessage,
  context: IntrospectionContext,
): Promise<Answer> {
  if (request.method !== 'POST') return methodNotAllowed('POST')
  return orRefusal(introspect(request, context))
}

async function introspect(request: IncomingMessage, context: IntrospectionContext): Promise<Answer> {
  const asked = await readIntrospectionRequest(request, context.authentication)
  context.onRequest(asked)
  const nowSeconds = context.authentication.clock() / 1000
  const members = context.tokens.introspect(asked.token, nowSeconds)
  try {
    if (!acceptsJwt(asked.accept)) return { status: 200, headers: NO_STORE, body: JSON.stringify(members) }
    const body = await signAnswer(members, asked, Math.floor(nowSeconds), context)
    return { status: 200, headers: { ...NO_STORE, 'content-type': JWT_MEDIA_TYPE }, body }
  } catch (error) {
    // The input of the token asks for what JSON or jose cannot write; the one who wrote the test must learn of it.
    throw new TokenError('server_error', `the answer cannot be written: ${(error as Error).message}`, 500)
  }
}

async function readIntrospectionRequest(
  request: IncomingMessage,
  authentication: AssertionContext,
): Promise<IntrospectionRequest> {
  const parameters = await readForm(request)
  const { client, method } = await authenticateClient(request.headers.authorization, parameters, authentication)
  const token = parameters.get('token')?.[0]
  if (token === undefined) throw new TokenError('invalid_request', 'token is missing')
  return Object.freeze({
    clientId: client.clientId,
    method,
    token,
    tokenTypeHint: parameters.get('token_type_hint')?.[0],
    accept: request.headers.accept,
  })
}

/** By name only: a wildcard, which most clients send, asks for JSON. */
function acceptsJwt(accept: string = ''): boolean {
  return accept.split(',').some(range => range.split(';', 1)[0]?.trim().toLowerCase() === JWT_MEDIA_TYPE)
}

function signAnswer(
  members: Readonly<Record<string, unknown>>,
  { clientId, token }: IntrospectionRequest,
  iat: number,
  { issuer, tokens, signingKey }: IntrospectionContext,
): Promise<string> {
  const change = tokens.find(token)?.introspectionJwt
  const claims = { iss: issuer, aud: clientId, iat, token_introspection: members, ...change?.claims }
  const header = {
    alg: signingKey.algorithm,
    typ: 'token-introspection+jwt',
    kid: signingKey.kid,
    ...change?.header,
  }
  return signPayload(withoutUndefined(header), Buffer.from(JSON.stringify(claims)), signingKey)
}
