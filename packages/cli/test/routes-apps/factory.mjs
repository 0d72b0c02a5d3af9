import { publicRoute, scopeward } from '@scopeward/fastify'
import fastify from 'fastify'

/** A hook of `ready()` that a list of routes must not run. */
export async function build() {
  const app = fastify()
  app.addHook('onReady', () => Promise.reject(new Error('A list of routes needs no connection.')))
  await app.register(scopeward, {
    issuer: 'https://login.example.com',
    audience: 'https://api.example.com',
    scopes: { 'orders:read': 'Read orders' },
  })
  app.register(async orders => {
    orders.get('/orders/:id', { config: { access: 'orders:read' } }, async () => 'ok')
    orders.get('/health', { config: { access: publicRoute } }, async () => 'ok')
  })
  return app
}
