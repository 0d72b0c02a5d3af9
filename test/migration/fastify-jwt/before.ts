import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import buildGetJwks from 'get-jwks'

interface DecodedToken {
  header: { kid: string; alg: string }
  payload: { iss: string }
}

export function createApp(issuer = 'https://login.example.com/'): FastifyInstance {
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
  app.get('/health', async () => 'ok')
  app.register(async api => {
    api.addHook('onRequest', async request => {
      await request.jwtVerify()
    })
    api.get<{ Params: { id: string } }>('/v1/controls/:id', async (request, reply) => {
      const { sub, scope = '' } = request.user as { sub: string; scope?: string }
      if (!scope.split(' ').includes('controls:read')) return reply.code(403).send({ error: 'Forbidden' })
      return { id: request.params.id, subject: sub }
    })
    api.get('/v1/me', async request => ({ subject: (request.user as { sub: string }).sub }))
  })
  return app
}
