import { ConfigurationError } from '@scopeward/fastify'
import type { FastifyInstance } from 'fastify'

/** What ready() fails with. */
export async function refusalOf(app: FastifyInstance): Promise<{ code: string; lines: readonly string[] }> {
  const error = await app.ready().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConfigurationError)) throw error ?? new Error('ready() did not fail')
  return { code: error.code, lines: error.message.split('\n') }
}
