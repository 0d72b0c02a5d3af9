import { ConfigurationError, type ProtectedResourceMetadata } from '@scopeward/core'
import type { FastifyInstance } from 'fastify'
import { publicRoute } from './route-access.ts'

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Adds the route of the protected resource metadata (RFC 9728). Answers before the body is read, so that every method gets
 * an answer of its own.
 * @throws ConfigurationError `option_conflict` in a context with a prefix, which every route in it gets
 */
export function serveMetadata(app: FastifyInstance, { path, respondTo }: ProtectedResourceMetadata): void {
  if (app.prefix !== '') {
    throw new ConfigurationError(
      'option_conflict',
      `Option "resourceMetadata": the document has to be served at ${path}, and this context puts "${app.prefix}" before it. Register scopeward in a context without a prefix, and write the prefix into the routes.`,
    )
  }
  app.route({
    method: METHODS,
    url: path.replaceAll(':', '::'),
    exposeHeadRoute: false,
    config: { access: publicRoute },
    onRequest: (request, reply) => {
      const { status, headers, body } = respondTo(request.method)
      // Fastify would give an empty buffer a content type.
      reply
        .code(status)
        .headers(headers)
        .send(body === '' ? undefined : Buffer.from(body))
    },
    handler: () => undefined,
  })
}
