import { setTimeout as pause } from 'node:timers/promises'
import {
  ConfigurationError,
  type ResourceServerDescription,
  type RouteDescription,
  type SecurityRequirement,
  type SecuritySchemes,
  securityOf,
  securitySchemes,
} from '@scopeward/core'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'

/** On the context of the plugin: the contexts inside inherit it. */
const SECURITY = Symbol('scopeward.security')

type Documented = FastifyInstance & { [SECURITY]?: DocumentedSecurity }

/** The member is typed by @fastify/swagger alone. */
type DocumentedSchema = FastifySchema & { readonly security?: readonly SecurityRequirement[] }

/** As long as the keys are waited for. */
const MAX_WAIT_MILLISECONDS = 3000

/** What documents say of tokens, once somebody has asked for it. */
export class DocumentedSecurity {
  readonly #describeServer: () => ResourceServerDescription
  #server: ResourceServerDescription | undefined
  /** Handed out without a token endpoint. */
  readonly #incomplete: SecuritySchemes[] = []

  constructor(app: FastifyInstance, describeServer: () => ResourceServerDescription) {
    this.#describeServer = describeServer
    ;(app as Documented)[SECURITY] = this
  }

  schemes(tokenUrl: string | undefined): SecuritySchemes {
    this.#server ??= this.#describeServer()
    const { scopes, dpop } = this.#server
    const schemes = securitySchemes({ scopes, dpop, tokenUrl })
    if (tokenUrl === undefined) this.#incomplete.push(schemes)
    return schemes
  }

  /**
   * Sets `schema.security`, unless the route says its own, or nobody has asked for the schemes: @fastify/swagger fails on
   * a scheme that it does not know.
   */
  document(route: RouteOptions, [description]: readonly RouteDescription[]): void {
    const schema: DocumentedSchema = route.schema ?? {}
    if (this.#server === undefined || description === undefined || schema.security !== undefined) return
    const security = securityOf(description, this.#server.dpop)
    if (security === undefined) return
    const documented: DocumentedSchema = { ...schema, security }
    route.schema = documented
  }

  /** Puts the issuer's token endpoint into the schemes that were handed out; where it cannot be had, says so. */
  async complete(log: FastifyInstance['log']): Promise<void> {
    const server = this.#server
    if (server === undefined || this.#incomplete.length === 0) return
    try {
      const tokenUrl = await withinLimit(server.tokenEndpoint())
      const { oauth2 } = securitySchemes({ ...server, tokenUrl })
      for (const schemes of this.#incomplete) replaceMembers(schemes.oauth2, oauth2)
    } catch (error) {
      const reason = (error as Error).message
      log.warn({ reason }, 'The documented security scheme does not name the token endpoint.')
    }
  }
}

async function withinLimit<T>(found: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const tooLong = pause(MAX_WAIT_MILLISECONDS, undefined, { signal: timer.signal }).then((): never => {
    throw new Error('The issuer takes too long to answer.')
  })
  return Promise.race([found, tooLong]).finally(() => timer.abort())
}

/** In place: the object may have been spread into the options of another plugin already. */
function replaceMembers(target: object, source: object): void {
  for (const name of Object.keys(target)) Reflect.deleteProperty(target, name)
  Object.assign(target, source)
}

/**
 * `components.securitySchemes` for @fastify/swagger: the issuer's token endpoint, and the scopes with their descriptions.
 * From then on every route that is declared gets its `schema.security`. Call it after scopeward was registered and before
 * the first route. The endpoint is what the issuer's metadata says, filled in by `ready()`; where that cannot be had, the
 * scheme says only that tokens are presented as bearer tokens, unless `tokenUrl` is given.
 * @throws ConfigurationError `option_missing` where scopeward is not registered in this context or an outer one
 */
export function securitySchemesOf(
  app: FastifyInstance,
  { tokenUrl }: { readonly tokenUrl?: string } = {},
): SecuritySchemes {
  const documented = (app as Documented)[SECURITY]
  if (documented !== undefined) return documented.schemes(tokenUrl)
  throw new ConfigurationError(
    'option_missing',
    'Write `await app.register(scopeward, …)` before securitySchemesOf(app).',
  )
}
