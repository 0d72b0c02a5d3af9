import { type Access, satisfies as coreSatisfies, type Expression } from '@scopeward/core'
import type { FastifyRequest } from 'fastify'

/**
 * A rule about the resource itself, asked on every request with Fastify's own request: `request.params` is filled in, the
 * body is not read yet. Must return a boolean at once. What it throws goes to Fastify's error handler.
 */
export const satisfies: (
  name: string,
  predicate: (access: Access, request: FastifyRequest) => boolean,
) => Expression<never> = coreSatisfies
