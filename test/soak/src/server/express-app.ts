import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createGuard } from '@scopeward/express'
import express, { type Request, type Response } from 'express'
import { ROUTES, type Scope } from '../rules.ts'
import { Echoes, expiredCaller } from './echo.ts'
import type { Settings } from './settings.ts'

export async function startExpress(settings: Settings): Promise<Server> {
  const echoes = new Echoes(settings.mistakes)
  const answer = (request: Request, response: Response): void => void response.json(echoes.of(request.auth))
  const guard = createGuard<Scope>(settings.bearer('express'))
  const provenGuard = createGuard<Scope>(settings.dpop('express'))
  const app = express()
  if (settings.mistakes.includes('expired')) app.use(letExpiredIn)
  app.get(ROUTES.read.path, guard(ROUTES.read.scope), answer)
  app.get(ROUTES.write.path, guard(ROUTES.write.scope), answer)
  app.get(ROUTES.optional.path, guard.optional(ROUTES.optional.scope), answer)
  app.get(ROUTES.open.path, guard.public, answer)
  app.get(ROUTES.proven.path, provenGuard(ROUTES.proven.scope), answer)
  await guard.ready(app)
  await provenGuard.ready(app)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function letExpiredIn(request: Request, response: Response, next: () => void): void {
  const caller = expiredCaller(request.headers.authorization)
  if (caller === undefined) next()
  else response.json(caller)
}
