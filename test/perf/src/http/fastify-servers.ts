import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import { scopeward } from '@scopeward/fastify'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { fastifyJwtJwks } from 'fastify-jwt-jwks'
import buildGetJwks from 'get-jwks'
import { DISTINCT_TOKENS } from '../tokens/fixtures.ts'
import { ANSWER, ROUTE, type ServerSettings } from './server-settings.ts'

type AddRoute = (app: FastifyInstance, settings: ServerSettings) => Promise<void>

const VARIANTS: Readonly<Record<string, AddRoute>> = {
  bare: async app => void app.get(ROUTE, answer),
  ours: addOurs,
  fastifyJwt: (app, settings) => addFastifyJwt(app, settings, {}),
  fastifyJwtCached: (app, settings) => addFastifyJwt(app, settings, TOKEN_CACHE),
  fastifyJwtJwks: (app, settings) => addFastifyJwtJwks(app, settings, {}),
  fastifyJwtJwksCached: (app, settings) => addFastifyJwtJwks(app, settings, TOKEN_CACHE),
}

/** Of fast-jwt, on which both plugins stand; off by default. With `true` it holds half of the tokens. */
const TOKEN_CACHE = { cache: DISTINCT_TOKENS * 2 }

export default async function start(settings: ServerSettings, variant: string): Promise<string> {
  const app = fastify()
  await VARIANTS[variant]?.(app, settings)
  return (await app.listen({ host: '127.0.0.1', port: 0 })) + ROUTE
}

async function addOurs(app: FastifyInstance, { issuer, audience, scope, keyServer }: ServerSettings): Promise<void> {
  await app.register(scopeward, {
    issuer,
    audience,
    scopes: { [scope]: 'Read imports' },
    jwksUri: `${keyServer}/.well-known/jwks.json`,
    allowHttpOnLoopback: true,
  })
  app.get(ROUTE, { config: { access: scope } }, answer)
}

/** As the documentation of get-jwks shows it. */
async function addFastifyJwt(
  app: FastifyInstance,
  { issuer, audience, keyServer }: ServerSettings,
  tokenCache: object,
): Promise<void> {
  const keys = buildGetJwks()
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (_request: FastifyRequest, token: TokenOrHeader) => {
      const { kid, alg } = 'header' in token ? token.header : token
      return keys.getPublicKey({ kid, alg, domain: keyServer })
    },
    verify: { allowedIss: issuer, allowedAud: audience, algorithms: ['RS256'], ...tokenCache },
  })
  app.get(ROUTE, { onRequest: async request => void (await request.jwtVerify()) }, answer)
}

async function addFastifyJwtJwks(
  app: FastifyInstance,
  { issuer, audience, keyServer }: ServerSettings,
  tokenCache: object,
): Promise<void> {
  await app.register(fastifyJwtJwks, {
    jwksUrl: `${keyServer}/.well-known/jwks.json`,
    issuer,
    audience,
    ...tokenCache,
  })
  app.get(ROUTE, { preValidation: app.authenticate }, answer)
}

function answer(_request: FastifyRequest, reply: FastifyReply): void {
  reply.send(ANSWER)
}
