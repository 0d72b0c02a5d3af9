/**
 * Compiled by types.test.ts and never run. Its ending keeps it out of the compilation of the tests: the vocabulary that it
 * registers would hold for all of them.
 */
import {
  type Access,
  allOf,
  anyOf,
  authenticated,
  type Denial,
  optional,
  publicRoute,
  type RegisteredScope,
  satisfies,
  scopeward,
  service,
} from '@scopeward/fastify'
import fastify from 'fastify'

const scopes = {
  'controls:read': 'Read controls',
  'controls:write': { description: 'Change controls', implies: ['controls:read'] },
} as const

declare module '@scopeward/fastify' {
  interface Register {
    scopes: typeof scopes
  }
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
export const registered: Equal<RegisteredScope, 'controls:read' | 'controls:write'> = true

const app = fastify()
const options = { issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes }
await app.register(scopeward, options)
await app.register(scopeward, {
  ...options,
  publicRoutes: ['OPTIONS *'],
  respond: (denial: Denial, request, reply) => void reply.send({ code: denial.code, id: request.id }),
})
// @ts-expect-error an option that does not exist
await app.register(scopeward, { ...options, audiences: [] })
// @ts-expect-error a missing audience
await app.register(scopeward, { issuer: options.issuer, scopes })

const handler = async () => ''
app.get('/', { config: { access: 'controls:read' } }, handler)
app.get('/', { config: { access: publicRoute } }, handler)
app.get('/', { config: { access: authenticated } }, handler)
app.get('/', { config: { access: optional('controls:read') } }, handler)
app.get('/', { config: { access: anyOf('controls:read', allOf('controls:write', service)) } }, handler)
app.get('/', { config: { access: optional(allOf('controls:write', service)) } }, handler)
app.get('/', { config: { access: satisfies('own', (access, request) => access.subject === request.id) } }, handler)
app.route({ method: ['GET', 'PUT'], url: '/', config: { access: 'controls:write' }, handler })

// @ts-expect-error a misspelt scope
app.get('/', { config: { access: 'controls:raed' } }, handler)
// @ts-expect-error a misspelt scope in an expression
app.get('/', { config: { access: allOf('controls:raed', service) } }, handler)
// @ts-expect-error a misspelt scope deep in an expression
app.get('/', { config: { access: anyOf('controls:read', allOf('controls:wriet', service)) } }, handler)
// @ts-expect-error a misspelt scope in optional
app.get('/', { config: { access: optional('controls:raed') } }, handler)
// @ts-expect-error a misspelt scope in app.route
app.route({ method: 'GET', url: '/', config: { access: 'controls:raed' }, handler })
// @ts-expect-error a word that means nothing
app.get('/', { config: { access: 'public' } }, handler)
// @ts-expect-error a predicate that has to be waited for
satisfies('own', async () => true)
// @ts-expect-error publicRoute is no requirement
optional(publicRoute)

interface Control {
  Params: { id: string }
  Querystring: { limit: number }
  Body: { name: string }
  Reply: { name: string }
}
app.put<Control>('/:id', { config: { access: 'controls:write' } }, async (request, reply) => {
  const id: Equal<typeof request.params.id, string> = true
  const limit: Equal<typeof request.query.limit, number> = true
  const name: Equal<typeof request.body.name, string> = true
  const auth: Equal<typeof request.auth, Access> = true
  // @ts-expect-error not what Reply says
  reply.send({ nam: 'a' })
  return { name: `${id} ${limit} ${name} ${auth} ${request.auth.has('controls:read')}` }
})

// @ts-expect-error what is shared between requests cannot be changed
app.get('/', { config: { access: 'controls:read' } }, async request => (request.auth.subject = 'root'))
