import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import { authenticated } from '@scopeward/core'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import buildGetJwks from 'get-jwks'
import { createWatch, type WatchOptions } from '../watch/fastify.ts'

interface DecodedToken {
  header: { kid: string; alg: string }
  payload: { iss: string }
}

export function createApp(
  issuer = 'https://login.example.com/',
  overrides: Partial<WatchOptions<string>> = {},
): FastifyInstance {
  const watch = createWatch({
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    scopes: { 'controls:read': 'Read controls' },
    ...overrides,
  })
  const getJwks = buildGetJwks({ issuersWhitelist: [issuer], providerDiscovery: true })
  const app = fastify()
  app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (_request: FastifyRequest, token: TokenOrHeader) => {
      const { header, payload } = token as DecodedToken
      return getJwks.getPublicKey({ kid: header.kid, domain: payload.iss, alg: header.alg })
    },
    verify: { allowedIss: issuer, allowedAud: 'https://api.example.com' },
  })
  app.register(async api => {
    api.addHook('onRequest', async request => {
      await request.jwtVerify()
    })
    const controls = { onRequest: watch('controls:read') }
    api.get<{ Params: { id: string } }>('/v1/controls/:id', controls, async (request, reply) => {
      const { sub, scope = '' } = request.user as { sub: string; scope?: string }
      if (!scope.split(' ').includes('controls:read')) return reply.code(403).send({ error: 'Forbidden' })
      return { id: request.params.id, subject: sub }
    })
    api.get('/v1/me', { onRequest: watch(authenticated) }, async request => {
      return { subject: (request.user as { sub: string }).sub }
    })
  })
  return app
}
