import { randomUUID } from 'node:crypto'
import {
  allOf,
  type CustomProfile,
  type Expression,
  permission,
  publicRoute,
  type ScopewardOptions,
  scopeward,
} from '@scopeward/fastify'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { type ImportRequest, importSchema, parseCsv } from './import-request.ts'

/** Who this API is in the claim `aud`. */
export const audience = 'https://compliance.example.com'

export type ApiOptions = Pick<ScopewardOptions, 'issuer' | 'allowHttpOnLoopback'>

/** What the role of the caller must hold: access to the API at all, and this. */
function may(name: string): Expression<never> {
  return allOf(permission('api-access'), permission(name))
}

/** The authorization server writes the permissions of the caller's role into `permissions`; the rest is RFC 9068. */
const profile: CustomProfile = {
  name: 'compliance-login',
  basedOn: 'rfc9068',
  permissionClaims: [{ path: ['permissions'], form: 'array' }],
}

export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: 5 * 1024 * 1024,
    requestTimeout: 30_000,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  })
  await app.register(scopeward, { ...options, audience, profile, scopes: {} })
  app.removeContentTypeParser('text/plain') // Fastify would read it; here it is 415, as every other type
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, async (request: FastifyRequest, text: string) => ({
    source: request.auth.clientId, // a file does not say where it comes from, the token does
    records: parseCsv(text),
  }))
  addRoutes(app)
  return app
}

interface ImportJob extends ImportRequest {
  readonly id: string
  readonly scheduledBy: string
  readonly scheduledAt: string
}

function addRoutes(app: FastifyInstance): void {
  const jobs = new Map<string, ImportJob>() // a real server has a queue here

  app.post<{ Body: ImportRequest }>(
    '/v1/imports',
    { config: { access: may('imports') }, schema: { body: importSchema } },
    async (request, reply) => {
      const id = randomUUID()
      const scheduledAt = new Date().toISOString()
      jobs.set(id, { id, scheduledBy: request.auth.clientId, scheduledAt, ...request.body })
      return reply.code(202).header('location', `/v1/imports/${id}`).send({ id, records: request.body.records.length })
    },
  )
  app.get('/v1/imports', { config: { access: may('import-history') } }, async () => [...jobs.keys()])
  app.get<{ Params: { id: string } }>(
    '/v1/imports/:id',
    { config: { access: may('import-history') } },
    async (request, reply) => jobs.get(request.params.id) ?? reply.callNotFound(),
  )
  app.get('/v1/reports', { config: { access: may('reports') } }, async () => ({ imports: jobs.size }))
  app.delete('/v1/imports', { config: { access: may('administration') } }, async (_request, reply) => {
    jobs.clear()
    return reply.code(204).send()
  })
  app.get('/health', { config: { access: publicRoute } }, async () => ({ healthy: true }))
}
