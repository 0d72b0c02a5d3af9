import type { Access } from '@scopeward/core'
import type { RouteAccess } from './route-access.ts'

/**
 * Declare your vocabulary here and a misspelt scope in `config.access` does not compile:
 * `declare module '@scopeward/fastify' { interface Register { scopes: typeof scopes } }`.
 * Without it every string compiles, and a misspelt scope throws when its route is declared.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by the application
export interface Register {}

/** The scope names of the registered vocabulary, or any string. */
export type RegisteredScope = Register extends { scopes: infer Scopes } ? keyof Scopes & string : string

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Who is calling and what they may do; set before the handler runs. Null on a public route, and on an optional one
     * where the request came without credentials.
     */
    auth: Access
  }
  interface FastifyContextConfig {
    /** What this route requires: a scope, an expression, `optional(…)` or `publicRoute`. */
    access?: RouteAccess<RegisteredScope>
  }
}
