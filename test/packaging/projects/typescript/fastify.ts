import { allOf, publicRoute, scopeward, service } from '@scopeward/fastify'
import fastify, { type FastifyInstance } from 'fastify'

const scopes = { 'reports:read': 'Read reports', 'reports:write': 'Write reports' } as const

declare module '@scopeward/fastify' {
  interface Register {
    scopes: typeof scopes
  }
}

export const app: FastifyInstance = fastify()
await app.register(scopeward, { issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes })
app.get('/reports', { config: { access: 'reports:read' } }, async request => {
  const caller: string = request.auth.clientId
  return { caller }
})
app.post('/reports', { config: { access: allOf('reports:write', service) } }, async () => ({}))
app.get('/health', { config: { access: publicRoute } }, async () => 'ok')

// @ts-expect-error a misspelt scope
app.get('/misspelt', { config: { access: 'reports:raed' } }, async () => ({}))
