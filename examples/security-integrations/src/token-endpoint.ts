import type { Request, Response } from 'express'
import type { ApiClient, ApiClients } from './api-clients.ts'
import { proofThumbprint } from './proof-thumbprint.ts'
import type { TokenSigner } from './token-signer.ts'

export const TOKEN_LIFETIME_SECONDS = 300

export interface TokenEndpointOptions {
  readonly url: string
  /** `aud` of every token of an API client. */
  readonly audience: string
  readonly clients: ApiClients
  readonly signer: TokenSigner
}

/** Client credentials, with `client_secret_basic` (RFC 6749 sections 2.3.1 and 4.4), bound by a DPoP proof where one is sent. */
export function createTokenEndpoint(options: TokenEndpointOptions) {
  return async (request: Request, response: Response): Promise<void> => {
    response.set('Cache-Control', 'no-store')
    try {
      response.json(await answer(request, options))
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error
      if (error.status === 401) response.set('WWW-Authenticate', 'Basic realm="token"')
      response.status(error.status).json({ error: error.code })
    }
  }
}

class TokenRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

async function answer(request: Request, { url, audience, clients, signer }: TokenEndpointOptions): Promise<object> {
  const { clientId, dpopBound } = authenticate(request, clients)
  const { grant_type, scope } = request.body ?? {}
  if (grant_type !== 'client_credentials') throw new TokenRefusal(400, 'unsupported_grant_type')
  const thumbprint = await boundTo(request, url)
  if (dpopBound && thumbprint === undefined) throw new TokenRefusal(400, 'invalid_dpop_proof')
  // Asked for after all waiting and at once with the time: else a token could carry old privileges and a new date.
  const issue = clients.issue(clientId)
  if (issue === undefined) throw new TokenRefusal(401, 'invalid_client')
  const asked = scope === undefined ? issue.scopes : String(scope).split(' ')
  if (!asked.every(name => issue.scopes.includes(name))) throw new TokenRefusal(400, 'invalid_scope')
  const access_token = await signer.sign({
    sub: clientId, // acts for itself
    client_id: clientId,
    aud: audience,
    scope: asked.join(' '),
    iat: issue.issuedAt,
    exp: issue.issuedAt + TOKEN_LIFETIME_SECONDS,
    ...(thumbprint !== undefined && { cnf: { jkt: thumbprint } }),
  })
  const token_type = thumbprint === undefined ? 'Bearer' : 'DPoP'
  return { access_token, token_type, expires_in: TOKEN_LIFETIME_SECONDS, scope: asked.join(' ') }
}

function authenticate({ headers }: Request, clients: ApiClients): ApiClient {
  const [scheme = '', credentials = ''] = headers.authorization?.split(' ') ?? []
  const [, clientId = '', clientSecret = ''] = /^([^:]*):(.*)$/.exec(atBase64(credentials)) ?? []
  const client = scheme.toLowerCase() === 'basic' ? clients.authenticate(clientId, clientSecret) : undefined
  if (client === undefined) throw new TokenRefusal(401, 'invalid_client')
  return client
}

function atBase64(text: string): string {
  return Buffer.from(text, 'base64').toString()
}

async function boundTo({ headers }: Request, url: string): Promise<string | undefined> {
  const proof = headers.dpop
  if (proof === undefined) return undefined
  try {
    return await proofThumbprint(String(proof), url)
  } catch {
    throw new TokenRefusal(400, 'invalid_dpop_proof')
  }
}
