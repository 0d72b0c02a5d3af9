import { ConfigurationError } from '../errors/configuration-error.ts'
import type { IssuerResolver } from './issuer-definition.ts'
import type { IssuerRules, ServerRules, TrustedIssuers } from './issuer-rules.ts'
import { parseIssuer } from './parse-issuer.ts'
import { refuseFetchOptions } from './parse-key-source.ts'
import type { ResourceServerOptions } from './resource-server-options.ts'

/** Options of one issuer that may stand beside its name, and nowhere else. */
const BESIDE_THE_NAME = ['jwksUri', 'jwks', 'algorithms', 'profile'] as const

/** Options that mean something for a resolver alone. */
const RESOLVER_ONLY = ['issuerCacheSeconds', 'issuerCacheMaxEntries'] as const

/** @throws ConfigurationError for whatever is missing, unknown, out of range or contradictory. */
export function parseTrustedIssuers(options: ResourceServerOptions<string>, server: ServerRules): TrustedIssuers {
  const { issuer } = options
  if (issuer === undefined || typeof issuer === 'string') {
    refuseResolverOptions(options)
    const { jwksUri, jwks, algorithms, profile } = options
    const beside = withoutUndefined({ issuer, jwksUri, jwks, algorithms, profile })
    return listOf([parseIssuer(issuer === undefined ? { issuer } : beside, server)], options, server)
  }
  const misplaced = BESIDE_THE_NAME.find(name => options[name] !== undefined)
  if (misplaced !== undefined) {
    throw new ConfigurationError(
      'option_conflict',
      typeof issuer === 'function'
        ? `Option "${misplaced}" belongs to one issuer. Write it into what the function returns: { issuer: iss, ${misplaced}: … }.`
        : `Option "${misplaced}" belongs to one issuer. Write it into that issuer's definition: issuer: [{ issuer: 'https://…', ${misplaced}: … }].`,
    )
  }
  if (typeof issuer === 'function') return { kind: 'resolver', resolve: issuer as IssuerResolver }
  refuseResolverOptions(options)
  if (!Array.isArray(issuer)) return listOf([parseIssuer(issuer, server)], options, server)
  if (issuer.length === 0) {
    throw new ConfigurationError('option_missing', 'Option "issuer" is an empty list: no token could be accepted.')
  }
  return listOf(
    Array.from(issuer, (definition, index) => parseElement(definition, index, server)),
    options,
    server,
  )
}

function parseElement(definition: unknown, index: number, server: ServerRules): IssuerRules {
  try {
    return parseIssuer(definition, server)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw new ConfigurationError(error.code, `issuer[${index}]: ${error.message}`)
  }
}

function listOf(
  issuers: readonly IssuerRules[],
  options: ResourceServerOptions<string>,
  { dpop }: ServerRules,
): TrustedIssuers {
  refuseAmbiguous(issuers)
  const fetchesNothing = issuers.every(
    ({ proof }) => proof.kind === 'sharedSecret' || (proof.kind === 'keySet' && proof.keySource.kind === 'inline'),
  )
  if (fetchesNothing) refuseFetchOptions(options, dpop?.replayStore !== undefined)
  return { kind: 'list', issuers: Object.freeze([...issuers]) }
}

/** Which issuer a token belongs to must never be a matter of order. */
function refuseAmbiguous(issuers: readonly IssuerRules[]): void {
  const introspecting = issuers.filter(({ proof }) => proof.kind === 'introspection')
  if (introspecting.length > 1) {
    throw new ConfigurationError(
      'option_conflict',
      'Option "issuer": two issuers take opaque tokens, and nothing in such a token says whose it is. Asking one after the other would show the tokens of each to the other. Keep one introspection(…).',
    )
  }
  const seen = new Set<string>()
  for (const { issuer, proof } of issuers) {
    if (proof.kind === 'introspection') continue
    if (seen.has(issuer)) {
      throw new ConfigurationError(
        'option_conflict',
        `Option "issuer": "${issuer}" stands there twice. Keep one; keys and secrets of one issuer never mix.`,
      )
    }
    seen.add(issuer)
  }
}

function refuseResolverOptions(options: ResourceServerOptions<string>): void {
  const useless = RESOLVER_ONLY.find(name => options[name] !== undefined)
  if (useless === undefined) return
  throw new ConfigurationError(
    'option_conflict',
    `Option "${useless}" does nothing unless "issuer" is a function. Leave it out.`,
  )
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
