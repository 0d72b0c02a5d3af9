import { ConfigurationError, type ExpressGuard } from '@scopeward/express'
import type { Application } from 'express'

/** The routes that `ready()` lists as neither guarded nor public; empty where it resolves. */
export async function uncovered<Scope extends string>(
  guard: ExpressGuard<Scope>,
  app: Application,
): Promise<readonly string[]> {
  try {
    await guard.ready(app)
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.code !== 'route_uncovered') throw error
    return error.message
      .split('\n')
      .slice(1, -1)
      .map(line => line.trimStart())
  }
}
