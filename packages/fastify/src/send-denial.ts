import type { Denial } from '@scopeward/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { passError } from './pass-error.ts'
import type { ScopewardOptions } from './plugin.ts'

/**
 * Writes a refusal. Through a serializer of its own, because Fastify adds a charset to the content type of a string; a buffer
 * would leave in a second write.
 * Where somebody has answered meanwhile, such as a time-out while the keys were fetched, there is nothing left to say.
 * What `respond` throws, or rejects with, goes to `done`, and so to Fastify's error handler.
 */
export function sendDenial(
  denial: Denial,
  request: FastifyRequest,
  reply: FastifyReply,
  respond: ScopewardOptions['respond'],
  done: (error: Error) => void,
): void {
  if (reply.sent || reply.raw.headersSent) return
  reply.code(denial.status).headers(denial.headers)
  if (respond === undefined) {
    reply.serializer(asItIs).send(denial.body)
    return
  }
  try {
    Promise.resolve(respond(denial, request, reply)).catch(error => passError(error, done))
  } catch (error) {
    passError(error, done)
  }
}

function asItIs(body: unknown): string {
  return body as string
}
