import { scopeward } from '@scopeward/fastify'
import { createUsageRecorder } from '@scopeward/usage'
import fastify from 'fastify'
import { ANSWER, ROUTE, type ServerSettings } from '../http/server-settings.ts'

/** The guarded route of the Fastify suite. @param variant `recorded`: with a usage recorder, as it is by default */
export default async function start(settings: ServerSettings, variant: string): Promise<string> {
  const { issuer, audience, scope, keyServer } = settings
  const scopes = { [scope]: 'Read imports' }
  const app = fastify()
  await app.register(scopeward, {
    issuer,
    audience,
    scopes,
    jwksUri: `${keyServer}/.well-known/jwks.json`,
    allowHttpOnLoopback: true,
    ...(variant === 'recorded' && {
      usageRecorder: createUsageRecorder({ sink: { write: async () => undefined }, scopes }),
    }),
  })
  app.get(ROUTE, { config: { access: scope } }, (_request, reply) => void reply.send(ANSWER))
  return (await app.listen({ host: '127.0.0.1', port: 0 })) + ROUTE
}
