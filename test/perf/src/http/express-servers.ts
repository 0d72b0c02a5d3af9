import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@scopeward/express'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { expressjwt } from 'express-jwt'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import jwksRsa from 'jwks-rsa'
import { ANSWER, ROUTE, type ServerSettings } from './server-settings.ts'

/** @param origin what the server is called by, which proofs name */
type AddRoute = (app: Express, settings: ServerSettings, origin: string) => Promise<void>

const VARIANTS: Readonly<Record<string, AddRoute>> = {
  bare: async app => void app.get(ROUTE, answer),
  ours: (app, settings) => addOurs(app, settings, {}),
  oursDpop: (app, settings, publicOrigin) => addOurs(app, settings, { dpop: 'required', publicOrigin }),
  auth0: async (app, settings) => addAuth0(app, settings, {}),
  auth0Dpop: async (app, settings) => addAuth0(app, settings, { dpop: { enabled: true, required: true } }),
  expressJwt: async (app, settings) => addExpressJwt(app, settings),
}

export default async function start(settings: ServerSettings, variant: string): Promise<string> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const app = express()
  await VARIANTS[variant]?.(app, settings, origin)
  server.on('request', app)
  return origin + ROUTE
}

async function addOurs(
  app: Express,
  { issuer, audience, scope, keyServer }: ServerSettings,
  dpop: { readonly dpop?: 'required'; readonly publicOrigin?: string },
): Promise<void> {
  const guard = createGuard({
    issuer,
    audience,
    scopes: { [scope]: 'Read imports' },
    jwksUri: `${keyServer}/.well-known/jwks.json`,
    allowHttpOnLoopback: true,
    ...dpop,
  })
  app.get(ROUTE, guard(scope), answer)
  await guard.ready(app)
}

function addAuth0(app: Express, { issuer, audience, scope, keyServer }: ServerSettings, dpop: object): void {
  const authenticate = auth({
    issuer,
    audience,
    jwksUri: `${keyServer}/.well-known/jwks.json`,
    tokenSigningAlg: 'RS256',
    ...dpop,
  })
  app.get(ROUTE, authenticate, requiredScopes(scope), answer)
}

function addExpressJwt(app: Express, { issuer, audience, keyServer }: ServerSettings): void {
  const secret = jwksRsa.expressJwtSecret({ cache: true, jwksUri: `${keyServer}/.well-known/jwks.json` })
  const authenticate = expressjwt({ secret, audience, issuer, algorithms: ['RS256'] })
  app.get(ROUTE, authenticate as RequestHandler, answer)
}

function answer(_request: Request, response: Response): void {
  response.json(ANSWER)
}
