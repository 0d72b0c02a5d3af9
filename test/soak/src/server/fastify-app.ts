import { optional, publicRoute, scopeward } from '@scopeward/fastify'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { ROUTES } from '../rules.ts'
import { type Echo, Echoes } from './echo.ts'
import type { Settings } from './settings.ts'

export async function startFastify(settings: Settings): Promise<FastifyInstance> {
  const echoes = new Echoes(settings.mistakes)
  const answer = async (request: FastifyRequest): Promise<Echo> => echoes.of(request.auth)
  const app = fastify()
  await app.register(async scope => {
    await scope.register(scopeward, settings.bearer('fastify'))
    scope.get(ROUTES.read.path, { config: { access: ROUTES.read.scope } }, answer)
    scope.get(ROUTES.write.path, { config: { access: ROUTES.write.scope } }, answer)
    scope.get(ROUTES.optional.path, { config: { access: optional(ROUTES.optional.scope) } }, answer)
    scope.get(ROUTES.open.path, { config: { access: publicRoute } }, answer)
  })
  await app.register(async scope => {
    await scope.register(scopeward, settings.dpop('fastify'))
    scope.get(ROUTES.proven.path, { config: { access: ROUTES.proven.scope } }, answer)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}
