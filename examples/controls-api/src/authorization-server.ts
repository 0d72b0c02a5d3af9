import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type JWTPayload, SignJWT } from 'jose'
import type { Client } from './store.ts'

export interface AuthorizationServerOptions {
  readonly issuer: string
  readonly audience: string
  /** Signs the tokens; the API has it too. */
  readonly secret: Uint8Array
  /** Roles by user. */
  readonly users: ReadonlyMap<string, readonly string[]>
  readonly clients: readonly Client[]
  /** By client identifier. */
  readonly clientSecrets: ReadonlyMap<string, string>
}

const LIFETIME_SECONDS = 3600

/** Stands in for your login: `POST /token`, client credentials in the form (RFC 6749 sections 2.3.1 and 4.4). */
export function createAuthorizationServer(options: AuthorizationServerOptions): Server {
  return createServer((request, response) => {
    answer(request, options).then(
      ({ status, body }) => send(response, status, body),
      () => send(response, 500, { error: 'server_error' }),
    )
  })
}

export function signHs256(claims: JWTPayload, secret: Uint8Array): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(secret)
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, string | number>>
}

async function answer(request: IncomingMessage, options: AuthorizationServerOptions): Promise<Answer> {
  if (request.method !== 'POST' || request.url !== '/token') return refusal(404, 'invalid_request')
  const form = new URLSearchParams(await text(request))
  const client = authenticate(form, options)
  if (client === undefined) return refusal(401, 'invalid_client')
  if (form.get('grant_type') !== 'client_credentials') return refusal(400, 'unsupported_grant_type')
  const allowed = client.kind === 'personal' ? client.scopes : []
  const scopes = form.get('scope')?.split(' ') ?? allowed
  if (!scopes.every(scope => allowed.includes(scope))) return refusal(400, 'invalid_scope')
  const access_token = await signHs256(claimsOf(client, scopes, options), options.secret)
  return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS } }
}

function authenticate(
  form: URLSearchParams,
  { clients, clientSecrets }: AuthorizationServerOptions,
): Client | undefined {
  const clientId = form.get('client_id') ?? ''
  const secret = clientSecrets.get(clientId)
  if (secret === undefined || !isEqual(secret, form.get('client_secret') ?? '')) return undefined
  return clients.find(client => client.clientId === clientId)
}

function isEqual(left: string, right: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(left), digest(right))
}

/** A personal client speaks as its owner (`sub`), a service account as itself. */
function claimsOf(client: Client, scopes: readonly string[], options: AuthorizationServerOptions): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  const principal =
    client.kind === 'personal'
      ? { sub: client.owner, roles: options.users.get(client.owner) ?? [] }
      : { sub: client.clientId, roles: [client.role] }
  return {
    iss: options.issuer,
    aud: options.audience,
    ...principal,
    client_id: client.clientId,
    org: client.organization,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ver: '1',
    iat: now,
    exp: now + LIFETIME_SECONDS,
    jti: randomUUID(),
  }
}

function refusal(status: number, error: string): Answer {
  return { status, body: { error } }
}

function send(response: ServerResponse, status: number, body: Answer['body']): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
