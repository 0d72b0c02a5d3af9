import { authenticated, publicRoute, type ScopewardOptions, scopeward } from '@scopeward/fastify'
import fastify, { type FastifyInstance } from 'fastify'

export async function createApp(overrides: Partial<ScopewardOptions> = {}): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(scopeward, {
    issuer: 'https://login.example.com/', // exactly the `iss` of the tokens
    audience: 'https://api.example.com',
    scopes: { 'controls:read': 'Read controls' }, // every scope that a route asks for
    ...overrides,
  })
  app.get('/health', { config: { access: publicRoute } }, async () => 'ok')
  app.get<{ Params: { id: string } }>('/v1/controls/:id', { config: { access: 'controls:read' } }, async request => {
    return { id: request.params.id, subject: request.auth.subject }
  })
  app.get('/v1/me', { config: { access: authenticated } }, async request => ({ subject: request.auth.subject }))
  return app // ready() and listen() fail if a route has no `access`
}
