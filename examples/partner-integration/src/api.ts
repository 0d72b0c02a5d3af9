import { allOf, publicRoute, type ScopewardOptions, satisfies, scopeward } from '@scopeward/fastify'
import fastify, { type FastifyInstance } from 'fastify'

/** Who this API is in the claim `aud`. */
export const audience = 'https://orders.example.com'

const scopes = { 'orders:read': 'Read orders' } as const

/** A misspelt scope in `config.access` does not compile. */
declare module '@scopeward/fastify' {
  interface Register {
    scopes: typeof scopes
  }
}

/** Which company runs which client of the authorization server. */
const companyOf: ReadonlyMap<string, string> = new Map([
  ['acme-backend', 'acme'],
  ['globex-backend', 'globex'],
])

const ownCompany = satisfies('own company', (access, request) => {
  const { company } = request.params as { company: string }
  return companyOf.get(access.clientId) === company
})

const orders = [
  { id: '1001', company: 'acme', item: 'anvil' },
  { id: '1002', company: 'globex', item: 'hammock' },
  { id: '1003', company: 'acme', item: 'rocket skates' },
] as const

export async function createApi(
  options: Pick<ScopewardOptions, 'issuer' | 'allowHttpOnLoopback'>,
): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: 64 * 1024, requestTimeout: 10_000 })
  await app.register(scopeward, { ...options, audience, scopes })
  const access = allOf('orders:read', ownCompany)

  app.get<{ Params: { company: string } }>('/v1/:company/orders', { config: { access } }, async ({ params }) =>
    orders.filter(order => order.company === params.company),
  )
  app.get<{ Params: { company: string; id: string } }>(
    '/v1/:company/orders/:id',
    { config: { access } },
    async ({ params }, reply) =>
      orders.find(({ id, company }) => id === params.id && company === params.company) ?? reply.callNotFound(),
  )
  app.get('/health', { config: { access: publicRoute } }, async () => ({ healthy: true }))
  return app
}
