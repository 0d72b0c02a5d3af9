import { allOf, createGuard, type Revocation, user } from '@scopeward/express'
import { type RedisRevocationList, RedisUnavailable } from '@scopeward/redis'
import express, { type Express, type Request, type Response } from 'express'
import type { ApiClients } from './api-clients.ts'
import { scopes as grantable } from './contract.ts'
import { problem } from './problem.ts'
import type { TokenSigner } from './token-signer.ts'

export const ADMIN_AUDIENCE = 'https://login.example.com/admin'

export interface AdminApiOptions {
  readonly issuer: string
  readonly clients: ApiClients
  /** Users who may manage API clients. */
  readonly administrators: Set<string>
  readonly signer: TokenSigner
  readonly revocations: RedisRevocationList
}

/** What an administrator does to API clients; for people alone, and guarded like any API. */
export async function createAdminApi({
  issuer,
  clients,
  administrators,
  signer,
  revocations,
}: AdminApiOptions): Promise<Express> {
  const guard = createGuard({
    issuer: { issuer, jwks: signer.jwks },
    audience: ADMIN_AUDIENCE,
    scopes: { 'clients:manage': 'Manage API clients' },
    revocation: revocations,
    allowHttpOnLoopback: true,
  })
  const manage = guard(allOf(user, 'clients:manage'))
  const app = express().disable('x-powered-by')

  app.get('/clients', manage, (_request, response) => {
    response.json({ clients: clients.list() })
  })
  app.post('/clients', manage, express.json(), ({ auth, body }, response) => {
    const { name, scopes, dpopBound = false } = body ?? {}
    if (typeof name !== 'string' || typeof dpopBound !== 'boolean') return problem(response, 400, 'Send a name')
    if (!areGrantable(scopes)) return problem(response, 400, 'Send scopes that exist')
    const { client, clientSecret } = clients.create({ name, scopes, dpopBound, createdBy: auth.subject })
    response
      .status(201)
      .set('Cache-Control', 'no-store')
      .json({ ...client, clientSecret })
  })
  // First no new tokens with the old privileges, then none of those that are out there.
  app.put('/clients/:clientId/scopes', manage, express.json(), async ({ params, body }: WithClient, response) => {
    if (!areGrantable(body?.scopes)) return problem(response, 400, 'Send scopes that exist')
    const issuedBefore = clients.setScopes(params.clientId, body.scopes)
    if (issuedBefore === undefined) return problem(response, 404, 'No such API client')
    await revoke({ issuer, clientId: params.clientId, issuedBefore }, revocations, response)
  })
  app.delete('/clients/:clientId', manage, async ({ params }: WithClient, response) => {
    // Revoked even if it is gone already: whoever got 503 the first time asks again.
    clients.remove(params.clientId)
    await revoke({ issuer, clientId: params.clientId }, revocations, response)
  })
  app.delete('/users/:userId', manage, async ({ params }: Request<{ userId: string }>, response) => {
    administrators.delete(params.userId)
    await revoke({ issuer, subject: params.userId }, revocations, response)
  })

  await guard.ready(app)
  return app
}

type WithClient = Request<{ clientId: string }>

/** 503 is no failure to be shrugged off: until Redis is back, the tokens that are out there still work elsewhere. */
async function revoke(revocation: Revocation, revocations: RedisRevocationList, response: Response): Promise<void> {
  try {
    await revocations.revoke(revocation)
    response.status(204).end()
  } catch (error) {
    if (!(error instanceof RedisUnavailable)) throw error
    problem(response, 503, 'No new tokens; those issued before are taken back as soon as Redis can be reached')
  }
}

function areGrantable(scopes: unknown): scopes is readonly string[] {
  return Array.isArray(scopes) && scopes.length > 0 && scopes.every(scope => Object.hasOwn(grantable, scope))
}
