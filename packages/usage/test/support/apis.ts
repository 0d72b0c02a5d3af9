import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Requirement, ResourceServerOptions } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import { allOf, anyOf, scopeward, service, user } from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'

export const SCOPES = {
  'orders:read': 'Read orders',
  'orders:write': { description: 'Change orders', implies: ['orders:read'] },
  'orders:admin': { description: 'Everything about orders', implies: ['orders:write'] },
  'reports:read': 'Read reports',
} as const

type Scope = keyof typeof SCOPES

export type ApiOptions = Omit<ResourceServerOptions<Scope>, 'scopes' | 'audience'>

/** The same routes in every framework. */
const ROUTES: readonly (readonly ['get' | 'post', string, Requirement<Scope>])[] = [
  ['get', '/orders/:id', 'orders:read'],
  ['post', '/orders', 'orders:write'],
  ['get', '/reports', anyOf('reports:read', 'orders:admin')],
  ['get', '/both', allOf('orders:read', 'reports:read')],
  ['get', '/services', anyOf(allOf('reports:read', user), allOf('orders:read', service))],
]

/** Answers with the status. */
export type Api = (method: string, path: string, token?: string) => Promise<number>

/** Closed when the test ends. */
export async function expressApi(options: ApiOptions): Promise<Api> {
  const guard = createGuard({ ...options, audience: 'https://api.example.com', scopes: SCOPES })
  const app = express()
  for (const [method, path, requirement] of ROUTES) {
    app[method](path, guard(requirement), (_request, response) => void response.json([]))
  }
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return async (method, path, token) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: headersWith(token) })
    await response.arrayBuffer()
    return response.status
  }
}

/** Closed when the test ends. */
export async function fastifyApi(options: ApiOptions): Promise<Api> {
  const app = Fastify()
  onTestFinished(() => app.close())
  await app.register(scopeward, { ...options, audience: 'https://api.example.com', scopes: SCOPES })
  for (const [method, url, access] of ROUTES) app[method](url, { config: { access } }, async () => [])
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (method, path, token) => {
    const response = await fetch(url + path, { method, headers: headersWith(token) })
    await response.arrayBuffer()
    return response.status
  }
}

function headersWith(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}
