import { ConfigurationError } from '../errors/configuration-error.ts'
import { isJsonObject } from '../shared/json.ts'
import { parseUrl } from '../shared/uri.ts'
import type { ServerRules } from './issuer-rules.ts'
import type { DpopRules } from './parse-dpop.ts'
import { describe, refuseUnknownNames, urlOption } from './validate.ts'

/** Protected resource metadata: what clients are told about this API. Members as RFC 9728 section 2 spells them. */
export interface ResourceMetadataOptions {
  /**
   * The URL that clients know this API by, https, without query and fragment. The metadata is served at its origin, under
   * `/.well-known/oauth-protected-resource` and its path, and every challenge names that URL.
   */
  readonly resource: string
  /** Default: the issuers of the option `issuer`. Must be given where that is a function. */
  readonly authorization_servers?: readonly string[]
  /** Default: the whole vocabulary. An empty array leaves the member out. Named to everybody who asks. */
  readonly scopes_supported?: readonly string[]
  /** For people. */
  readonly resource_name?: string
  /** URL of a page for the developers of clients. */
  readonly resource_documentation?: string
  /** URL of a page about how clients may use the data. */
  readonly resource_policy_uri?: string
  /** URL of the terms of service. */
  readonly resource_tos_uri?: string
  /** Types of `authorization_details` that this API understands (RFC 9396). */
  readonly authorization_details_types_supported?: readonly string[]
}

/** Parsed: where it is, and what it says. */
export interface ResourceMetadata {
  readonly url: string
  readonly path: string
  readonly document: Readonly<Record<string, string | boolean | readonly string[]>>
}

const KNOWN: Readonly<Record<keyof ResourceMetadataOptions, true>> = {
  resource: true,
  authorization_servers: true,
  scopes_supported: true,
  resource_name: true,
  resource_documentation: true,
  resource_policy_uri: true,
  resource_tos_uri: true,
  authorization_details_types_supported: true,
}

const TEXTS = ['resource_name', 'resource_documentation', 'resource_policy_uri', 'resource_tos_uri'] as const

/** Asks for a refresh token; means nothing to a resource (MCP authorization, scope selection). */
const NOT_FOR_RESOURCES = 'offline_access'

/**
 * @param issuers `undefined` where they are found by a function
 * @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid`
 * @see RFC 9728 sections 2 and 3.1
 */
export function parseResourceMetadata(
  options: unknown,
  vocabulary: readonly string[],
  issuers: readonly string[] | undefined,
  { allowHttpOnLoopback, dpop }: Pick<ServerRules, 'allowHttpOnLoopback' | 'dpop'>,
): ResourceMetadata | undefined {
  if (options === undefined) return undefined
  if (!isJsonObject(options) || options.resource === undefined) {
    throw new ConfigurationError(
      'option_missing',
      'Option "resourceMetadata" needs the URL of this API: { resource: \'https://api.example.com\' }.',
    )
  }
  refuseUnknownNames(options, Object.keys(KNOWN), 'resourceMetadata')
  const resource = urlOption('resourceMetadata.resource', options.resource, allowHttpOnLoopback)
  requirePlain(resource)
  const named = options.authorization_servers === undefined ? issuers : listOf(options, 'authorization_servers')
  const servers = named?.map(server => urlOption('resourceMetadata.authorization_servers', server, allowHttpOnLoopback))
  if (servers === undefined || servers.length === 0) {
    throw new ConfigurationError(
      'option_missing',
      'Option "resourceMetadata": "authorization_servers" is missing. Clients must be told where to get tokens, and the option "issuer" does not list them.',
    )
  }
  const { origin, pathname } = new URL(resource)
  const path = `/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`
  return {
    url: origin + path,
    path,
    document: Object.freeze({
      resource,
      authorization_servers: Object.freeze([...new Set(servers)]),
      ...scopesOf(options, vocabulary),
      bearer_methods_supported: Object.freeze(['header']),
      ...textsOf(options),
      ...detailTypesOf(options),
      ...senderConstraintsOf(dpop),
    }),
  }
}

/** Clients compare it to the letter, and its path is that of a route: there must be one way to write it. */
function requirePlain(resource: string): void {
  const { href, pathname } = new URL(resource)
  if (resource.includes('?')) throw invalid('resource', 'have no query (RFC 9728 section 1.2)')
  if (pathname.includes('%') || pathname.includes('*')) {
    throw invalid('resource', 'have a path of letters, digits and other plain characters, without % and *')
  }
  if (href !== resource && href !== `${resource}/`) throw invalid('resource', `be in normal form: ${describe(href)}`)
}

type Options = Readonly<Record<string, unknown>>

/** Members without a value are left out (RFC 9728 section 3.2). */
function scopesOf(options: Options, vocabulary: readonly string[]): { scopes_supported?: readonly string[] } {
  const scopes = options.scopes_supported === undefined ? vocabulary : listOf(options, 'scopes_supported')
  const undeclared = scopes.find(scope => !vocabulary.includes(scope))
  if (undeclared !== undefined) {
    throw invalid(
      'scopes_supported',
      `name declared scopes only: ${describe(undeclared)} is not in the option "scopes"`,
    )
  }
  const named = [...new Set(scopes)].filter(scope => scope !== NOT_FOR_RESOURCES)
  return named.length === 0 ? {} : { scopes_supported: Object.freeze(named) }
}

function textsOf(options: Options): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of TEXTS) {
    const value = options[name]
    if (value === undefined) continue
    if (typeof value !== 'string' || value === '') throw invalid(name, `be a non-empty string, not ${describe(value)}`)
    if (name !== 'resource_name' && !isWebPage(value)) {
      throw invalid(name, `be a URL without user name and password, not ${describe(value)}`)
    }
    found[name] = value
  }
  return found
}

function isWebPage(text: string): boolean {
  const url = parseUrl(text)
  if (url === undefined) return false
  return ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.password === ''
}

function detailTypesOf(options: Options): { authorization_details_types_supported?: readonly string[] } {
  const name = 'authorization_details_types_supported'
  const types = options[name] === undefined ? [] : listOf(options, name)
  return types.length === 0 ? {} : { [name]: Object.freeze([...types]) }
}

function senderConstraintsOf(dpop: DpopRules | undefined): Record<string, boolean | readonly string[]> {
  if (dpop === undefined) return {}
  return {
    dpop_signing_alg_values_supported: Object.freeze([...dpop.algorithms.keys()]),
    ...(dpop.mode === 'required' && { dpop_bound_access_tokens_required: true }),
  }
}

function listOf(options: Options, name: string): readonly string[] {
  const list = options[name]
  if (Array.isArray(list) && [...list].every(item => typeof item === 'string' && item !== '')) return list
  throw invalid(name, 'be an array of non-empty strings')
}

function invalid(name: string, must: string): ConfigurationError {
  return new ConfigurationError('option_invalid', `Option "resourceMetadata": "${name}" must ${must}.`)
}
