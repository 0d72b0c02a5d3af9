import { type Access, satisfies as coreSatisfies, type Expression } from '@scopeward/core'
import type { Request } from 'express'

/**
 * A rule about the resource itself, asked on every request with Express's own request: `request.params` is filled in.
 * Must return a boolean at once. What it throws goes to Express's error handlers.
 */
export const satisfies: (name: string, predicate: (access: Access, request: Request) => boolean) => Expression<never> =
  coreSatisfies
