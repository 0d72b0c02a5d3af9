import type { Server } from 'node:http'
import { allOf, createGuard, service } from '@scopeward/express'
import type { TestIssuer } from '@scopeward/testing'
import express from 'express'
import { audience, scopes } from './vocabulary.ts'

/** An API in Express: every route says first what it requires. */
export async function startExpressApi(issuer: TestIssuer): Promise<Server> {
  const guard = createGuard({ ...issuer.options, audience, scopes })
  const app = express()

  app.get('/v1/controls/:id', guard('controls:read'), (request, response) => {
    response.json({ control: request.params.id, caller: request.auth.clientId })
  })
  app.put('/v1/controls/:id', guard(allOf('controls:write', service)), (request, response) => {
    response.json({ changed: request.params.id })
  })
  app.get('/health', guard.public, (_request, response) => {
    response.json({ healthy: true })
  })

  await guard.ready(app)
  return new Promise(resolve => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server))
  })
}
