import type { RedisRevocationList } from '@scopeward/redis'
import express, { type Express } from 'express'
import { ADMIN_AUDIENCE, createAdminApi } from './admin-api.ts'
import { ApiClients } from './api-clients.ts'
import { answerErrors } from './problem.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import { createTokenSigner } from './token-signer.ts'

export interface AuthorizationServer {
  readonly app: Express
  /** By client identifier, of the clients that are there from the start. */
  readonly clientSecrets: ReadonlyMap<string, string>
  /** Stands in for the login of people. `undefined` for an account that is closed. */
  userToken(userId: string, audience?: string, scope?: string): Promise<string | undefined>
}

const USER_TOKEN_LIFETIME_SECONDS = 3600

/** Stands in for yours: keys, token endpoint, and the administrator's API under `/admin`. Everything is in memory. */
export async function createAuthorizationServer(
  issuer: string,
  audience: string,
  revocations: RedisRevocationList,
): Promise<AuthorizationServer> {
  const clients = new ApiClients()
  const clientSecrets = registerIntegrations(clients)
  const administrators = new Set(['user-ada', 'user-grace'])
  const signer = await createTokenSigner(issuer)
  const url = `${issuer}/token`
  const app = express().disable('x-powered-by')
  app.get('/.well-known/oauth-authorization-server', (_request, response) => {
    response.json({
      issuer,
      token_endpoint: url,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'PS256'],
    })
  })
  app.get('/jwks', (_request, response) => {
    response.json(signer.jwks)
  })
  const form = express.urlencoded({ extended: false, limit: '8kb' })
  app.post('/token', form, createTokenEndpoint({ url, audience, clients, signer }))
  app.use('/admin', await createAdminApi({ issuer, clients, administrators, signer, revocations }))
  app.use(answerErrors)

  return {
    app,
    clientSecrets,
    userToken: async (userId, aud = ADMIN_AUDIENCE, scope = 'clients:manage') => {
      if (!administrators.has(userId)) return undefined
      const iat = Math.floor(Date.now() / 1000)
      return signer.sign({ sub: userId, client_id: 'console', aud, scope, iat, exp: iat + USER_TOKEN_LIFETIME_SECONDS })
    },
  }
}

/** One API client for each integration, with what it needs: none of them is a person's, or shared. */
function registerIntegrations(clients: ApiClients): ReadonlyMap<string, string> {
  const createdBy = 'user-ada'
  const secrets = new Map<string, string>()
  const register = (clientId: string, name: string, scopes: readonly string[], dpopBound = false) =>
    secrets.set(clientId, clients.create({ name, scopes, dpopBound, createdBy }, clientId).clientSecret)
  register('siem', 'Log collection', ['findings:read', 'alerts:read'])
  register('ticketing', 'Ticket system', ['alerts:read', 'alerts:annotate'])
  register('soar', 'Automated response', ['alerts:read', 'devices:read', 'devices:isolate'], true)
  return secrets
}
