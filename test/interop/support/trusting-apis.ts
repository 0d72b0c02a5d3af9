import { createServer } from 'node:http'
import type { ResourceServerOptions } from '@scopeward/core'
import { createGuard, service, user } from '@scopeward/express'
import { scopeward } from '@scopeward/fastify'
import express from 'express'
import fastify from 'fastify'
import { expect } from 'vitest'
import { scopes } from './apis.ts'
import { AUDIENCE } from './audiences.ts'
import { type Answer, send, withToken } from './denials.ts'
import { close, listen } from './listen.ts'

export type TrustOptions = Pick<ResourceServerOptions<string>, 'issuer' | 'profile' | 'clock'>

/** One API in Express and in Fastify. `/services` and `/users` are for one kind of caller each, whatever the scope. */
export interface TrustingApis {
  /** Sends the token to both and expects of both the same answer; default: `GET /reports`, which needs `reports:read`. */
  expectEverywhere(token: string, answer: Partial<Answer>, route?: string): Promise<void>
  readonly origins: Readonly<Record<'Express' | 'Fastify', string>>
  stop(): Promise<void>
}

export async function startTrustingApis(options: TrustOptions): Promise<TrustingApis> {
  const [viaExpress, viaFastify] = await Promise.all([startExpress(options), startFastify(options)])
  const origins = { Express: viaExpress.origin, Fastify: viaFastify.origin }
  return {
    origins,
    async expectEverywhere(token, answer, route = 'GET /reports') {
      const [method = '', path = ''] = route.split(' ')
      for (const [framework, origin] of Object.entries(origins)) {
        const received = await send(new URL(path, origin), { method, ...withToken(token) })
        expect(received, `${framework}: ${JSON.stringify(received)}`).toMatchObject(answer)
      }
    },
    stop: async () => void (await Promise.all([viaExpress.stop(), viaFastify.stop()])),
  }
}

function optionsOf(options: TrustOptions) {
  return { ...options, audience: AUDIENCE, scopes, allowHttpOnLoopback: true }
}

async function startExpress(options: TrustOptions) {
  const guard = createGuard(optionsOf(options))
  const app = express()
  app.get('/reports', guard('reports:read'), ({ auth }, response) => void response.json(callerOf(auth)))
  app.post('/reports', guard('reports:write'), ({ auth }, response) => void response.json(callerOf(auth)))
  app.get('/services', guard(service), ({ auth }, response) => void response.json(callerOf(auth)))
  app.get('/users', guard(user), ({ auth }, response) => void response.json(callerOf(auth)))
  await guard.ready(app)
  const server = createServer(app)
  return { origin: await listen(server), stop: () => close(server) }
}

async function startFastify(options: TrustOptions) {
  const app = fastify({ forceCloseConnections: true })
  await app.register(scopeward, optionsOf(options))
  app.get('/reports', { config: { access: 'reports:read' } }, async ({ auth }) => callerOf(auth))
  app.post('/reports', { config: { access: 'reports:write' } }, async ({ auth }) => callerOf(auth))
  app.get('/services', { config: { access: service } }, async ({ auth }) => callerOf(auth))
  app.get('/users', { config: { access: user } }, async ({ auth }) => callerOf(auth))
  return { origin: await app.listen({ port: 0, host: '127.0.0.1' }), stop: () => app.close() }
}

function callerOf({ subject, clientId, kind }: { subject: string; clientId: string; kind: string }) {
  return { subject, clientId, kind }
}
