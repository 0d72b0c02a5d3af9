import { allOf, publicRoute, scopeward, service } from '@scopeward/fastify'
import type { TestIssuer } from '@scopeward/testing'
import fastify, { type FastifyInstance } from 'fastify'
import { audience, scopes } from './vocabulary.ts'

/** A misspelt scope in `config.access` does not compile. */
declare module '@scopeward/fastify' {
  interface Register {
    scopes: typeof scopes
  }
}

/** The same API in Fastify: every route says in its config what it requires. */
export async function startFastifyApi(issuer: TestIssuer): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(scopeward, { ...issuer.options, audience, scopes })

  app.get<{ Params: { id: string } }>('/v1/controls/:id', { config: { access: 'controls:read' } }, async request => ({
    control: request.params.id,
    caller: request.auth.clientId,
  }))
  app.put<{ Params: { id: string } }>(
    '/v1/controls/:id',
    { config: { access: allOf('controls:write', service) } },
    async request => ({ changed: request.params.id }),
  )
  app.get('/health', { config: { access: publicRoute } }, async () => ({ healthy: true }))

  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}
