/** Compiled by types.test.ts and never run: without a registered vocabulary every string compiles. */
import { allOf, optional, publicRoute, type RegisteredScope, scopeward, service } from '@scopeward/fastify'
import fastify from 'fastify'

export const anything: RegisteredScope = 'anything'

const app = fastify()
await app.register(scopeward, {
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  scopes: { 'a:read': 'Read' },
})

const handler = async () => ''
app.get('/', { config: { access: 'anything' } }, handler)
app.get('/', { config: { access: allOf('anything', service) } }, handler)
app.get('/', { config: { access: optional('anything') } }, handler)
app.get('/', { config: { access: publicRoute } }, handler)
// @ts-expect-error neither a scope nor an expression
app.get('/', { config: { access: 7 } }, handler)
// @ts-expect-error neither a scope nor an expression
app.get('/', { config: { access: true } }, handler)
