import type { HttpBindings } from '@hono/node-server'
import { type Access, createResourceServer, type Requirement, type ResourceServerOptions } from '@scopeward/core'
import type { Env, Hono, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'

const scopes = { 'controls:read': 'Read controls', 'controls:write': 'Change controls' }
type Scope = keyof typeof scopes

/** What the handlers behind a guard have: `c.var.auth`. */
export interface Guarded {
  Bindings: HttpBindings
  Variables: { auth: Access }
}

export function createAccessControl(overrides: Partial<ResourceServerOptions<Scope>> = {}) {
  const api = createResourceServer<Scope>({
    issuer: 'https://login.example.com', // the exact `iss` of your tokens
    audience: 'https://api.example.com', // the exact `aud`
    scopes,
    ...overrides,
  })

  /** Stands first on its route and lets only callers pass who meet the requirement. */
  const guard = (required: Requirement<Scope>): MiddlewareHandler<Guarded> => {
    const compiled = api.guard(required)
    return covering<Guarded>(async (c, next) => {
      const { incoming } = c.env
      const { url = '/', rawHeaders: headers, socket } = incoming // `c.req.url` is made of the Host header
      const request = { method: c.req.method, url, headers, socket, route: routePath(c), identity: incoming, source: c }
      const outcome = await compiled.check(request)
      if (!outcome.granted) return new Response(outcome.denial.body, outcome.denial)
      c.set('auth', outcome.access)
      await next()
      for (const [name, value] of Object.entries(outcome.headers ?? {})) c.header(name, value)
    })
  }

  /** Stands first on a route that is open to everybody. */
  const publicRoute: MiddlewareHandler = covering(async (_c, next) => next())

  /** Call it after the last route. Throws where one begins with neither; fetches the keys. */
  const ready = async (app: Hono): Promise<void> => {
    const firstHandlers = new Map<string, unknown>()
    for (const { method, path, handler } of app.routes) {
      const isMiddleware = method === 'ALL' && path.endsWith('*')
      const route = `${method} ${path}`
      if (!isMiddleware && !firstHandlers.has(route)) firstHandlers.set(route, handler)
    }
    const open = [...firstHandlers].filter(([, handler]) => !isCovering(handler)).map(([route]) => route)
    if (open.length > 0) throw new Error(`Neither guarded nor public: ${open.join(', ')}`)
    for (const { issuer, reason } of (await api.ready()).issuers) {
      if (reason !== undefined) console.warn(`Tokens of ${issuer} cannot be checked yet: ${reason}`)
    }
  }

  return { guard, publicRoute, ready }
}

const coveringHandlers = new WeakSet<object>()

function covering<E extends Env>(handler: MiddlewareHandler<E>): MiddlewareHandler<E> {
  coveringHandlers.add(handler)
  return handler
}

function isCovering(handler: unknown): boolean {
  return coveringHandlers.has(handler as object)
}
