import { createServer } from 'node:http'
import { createGuard } from '@scopeward/express'
import { scopeward } from '@scopeward/fastify'
import express from 'express'
import fastify from 'fastify'
import { AUDIENCE } from './audiences.ts'
import { close, listen } from './listen.ts'

export interface RunningApi {
  readonly framework: 'Express' | 'Fastify'
  readonly reports: URL
  stop(): Promise<void>
}

export interface ApiOptions {
  readonly issuer: string
  readonly clock?: () => number
}

export const scopes = { 'reports:read': 'Read reports', 'reports:write': 'Write reports' } as const

function optionsOf(options: ApiOptions) {
  return { ...options, audience: AUDIENCE, scopes, allowHttpOnLoopback: true }
}

/** `GET /reports` needs `reports:read`, `POST /reports` needs `reports:write`; both say who calls. */
export async function startExpressApi(options: ApiOptions): Promise<RunningApi> {
  const guard = createGuard(optionsOf(options))
  const app = express()
  app.get('/reports', guard('reports:read'), ({ auth }, response) => void response.json(callerOf(auth)))
  app.post('/reports', guard('reports:write'), ({ auth }, response) => void response.json(callerOf(auth)))
  await guard.ready(app)
  const server = createServer(app)
  const origin = await listen(server)
  return { framework: 'Express', reports: new URL('/reports', origin), stop: () => close(server) }
}

/** The same API. */
export async function startFastifyApi(options: ApiOptions): Promise<RunningApi> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(scopeward, optionsOf(options))
  app.get('/reports', { config: { access: 'reports:read' } }, async ({ auth }) => callerOf(auth))
  app.post('/reports', { config: { access: 'reports:write' } }, async ({ auth }) => callerOf(auth))
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  return { framework: 'Fastify', reports: new URL('/reports', origin), stop: () => app.close() }
}

export function startApis(options: ApiOptions): Promise<RunningApi[]> {
  return Promise.all([startExpressApi(options), startFastifyApi(options)])
}

function callerOf({ subject, clientId, kind }: { subject: string; clientId: string; kind: string }) {
  return { subject, clientId, kind }
}
