import { type ScopewardOptions, scopeward } from '@scopeward/fastify'
import type { TestIssuer } from '@scopeward/testing'
import fastify, { type FastifyInstance, type FastifyServerOptions, type RawServerDefault } from 'fastify'
import { onTestFinished } from 'vitest'

export const audience = 'https://api.example.com'

export const scopes = {
  'controls:read': 'Read controls',
  'controls:write': { description: 'Change controls', implies: ['controls:read'] },
} as const

export type Scope = keyof typeof scopes

export const read = { config: { access: 'controls:read' } } as const
export const write = { config: { access: 'controls:write' } } as const

export type ServerOptions = FastifyServerOptions<RawServerDefault>

/** The options that every API here has. */
export function optionsFor(issuer: TestIssuer): ScopewardOptions {
  return { ...issuer.options, audience, scopes }
}

/** Until 5.4 the options of the router stood beside all others, and `routerOptions` was passed over. */
export function withRouter(options: NonNullable<ServerOptions['routerOptions']>): ServerOptions {
  const [major = 0, minor = 0] = fastify().version.split('.').map(Number)
  return major > 5 || minor >= 5 ? { routerOptions: options } : options
}

/** Whether this version of Fastify can end a request that takes too long. */
export function hasHandlerTimeout(): boolean {
  return 'handlerTimeout' in fastify().initialConfig
}

/** A Fastify server that is closed with the test. */
export function createApp(options: ServerOptions = {}): FastifyInstance {
  const app = fastify({ ...options })
  onTestFinished(() => app.close())
  return app
}

/** The same with the guard registered. */
export async function createGuardedApp(
  issuer: TestIssuer,
  { server = {}, ...own }: Partial<ScopewardOptions> & { server?: ServerOptions } = {},
): Promise<FastifyInstance> {
  const app = createApp(server)
  await app.register(scopeward, { ...optionsFor(issuer), ...own })
  return app
}

/** @returns the origin */
export function listen(app: FastifyInstance): Promise<string> {
  return app.listen({ port: 0, host: '127.0.0.1' })
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
