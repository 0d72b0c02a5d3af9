import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { ResourceServerOptions } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { type RawRequest, type RawResponse, send } from '../support/raw-http.ts'

export const SCOPES = { 'items:read': 'Read items', 'items:write': 'Change items' } as const

export type Options = ResourceServerOptions<keyof typeof SCOPES>

/** Installed under its alias beside the package that supports it. */
const express4 = createRequire(new URL('../../packages/express/package.json', import.meta.url))(
  'express4',
) as typeof express

export const FRAMEWORKS = ['Express 5', 'Express 4', 'Fastify'] as const
export type Framework = (typeof FRAMEWORKS)[number]

/** The port of an API with `GET /items`, for `items:read`. It is closed when the test ends. */
export async function serve(framework: Framework, options: Options): Promise<number> {
  if (framework === 'Fastify') return serveFastify(options)
  return serveExpress(framework === 'Express 5' ? express : express4, options)
}

async function serveExpress(module: typeof express, options: Options): Promise<number> {
  const guard = createGuard(options)
  const app = module()
  app.disable('x-powered-by')
  app.use(guard.metadata)
  app.get('/items', guard('items:read'), (_request, response) => void response.json([]))
  await guard.ready(app)
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

async function serveFastify(options: Options): Promise<number> {
  const app: FastifyInstance = Fastify()
  onTestFinished(() => app.close())
  await app.register(scopeward, options)
  app.get('/items', { config: { access: 'items:read' } }, async () => [])
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** What Node adds to every answer, and says nothing about the metadata. */
const ADDED_BY_NODE = ['date', 'connection', 'keep-alive']

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Status, body and every header. A header that came twice would show. */
export async function answerTo(port: number, request: RawRequest): Promise<Answer> {
  const { status, headers, body }: RawResponse = await send(port, request)
  const told: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (!ADDED_BY_NODE.includes(name)) told[name] = name in told ? `${told[name]} | ${value}` : value
  }
  return { status, headers: told, body }
}
