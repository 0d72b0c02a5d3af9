import { ConfigurationError } from '../errors/configuration-error.ts'
import { isJsonObject } from '../shared/json.ts'
import { isRegularOrigin } from '../shared/uri.ts'
import type { ParsedOptions, ServerRules } from './issuer-rules.ts'
import { parseDpop } from './parse-dpop.ts'
import { parseAudience } from './parse-issuer.ts'
import { parseResourceMetadata } from './parse-resource-metadata.ts'
import { parseTrustedIssuers } from './parse-trusted-issuers.ts'
import { parseTrustedProxy } from './parse-trusted-proxy.ts'
import type { ResourceServerOptions } from './resource-server-options.ts'
import type { RevocationList } from './revocation-list.ts'
import type { UsageRecorder } from './usage-recorder.ts'
import { booleanOption, describe, functionOption, numberOption, refuseUnknownNames, urlOption } from './validate.ts'
import { parseVocabulary } from './vocabulary.ts'

/** Kept complete by the compiler: an option without a line here does not build. */
const KNOWN: Record<keyof ResourceServerOptions<string>, true> = {
  issuer: true,
  audience: true,
  scopes: true,
  jwksUri: true,
  jwks: true,
  algorithms: true,
  profile: true,
  clockToleranceSeconds: true,
  staleIfErrorSeconds: true,
  refreshCooldownSeconds: true,
  fetchTimeoutSeconds: true,
  tokenCacheMaxEntries: true,
  signatureQueueMaxEntries: true,
  issuerCacheSeconds: true,
  issuerCacheMaxEntries: true,
  realm: true,
  resourceMetadata: true,
  dpop: true,
  publicOrigin: true,
  trustedProxy: true,
  revocation: true,
  usageRecorder: true,
  signatureEngine: true,
  allowHttpOnLoopback: true,
  clock: true,
  fetch: true,
}

/**
 * Refuses what is neither an option of the resource server nor one of those that an adapter adds.
 * @throws ConfigurationError `option_unknown`, with the nearest name
 */
export function refuseUnknownOptions(options: object, added: readonly string[] = []): void {
  refuseUnknownNames(options, [...Object.keys(KNOWN), ...added], 'The resource server')
}

/** @throws ConfigurationError for whatever is missing, unknown, out of range or contradictory. */
export function parseOptions<Scope extends string>(options: ResourceServerOptions<Scope>): ParsedOptions {
  if (!isJsonObject(options)) {
    throw new ConfigurationError('option_missing', 'Pass an options object: { issuer, audience, scopes }.')
  }
  refuseUnknownOptions(options)
  const server = parseServerRules(options)
  const trusted = parseTrustedIssuers(options, server)
  const issuers = trusted.kind === 'list' ? trusted.issuers.map(({ issuer }) => issuer) : undefined
  const resourceMetadata = parseResourceMetadata(
    options.resourceMetadata,
    [...server.vocabulary.descriptions.keys()],
    issuers,
    server,
  )
  return Object.freeze({ ...server, resourceMetadata, trusted })
}

function parseServerRules(options: ResourceServerOptions<string>): ServerRules {
  const audiences = parseAudience(options.audience)
  const allowHttpOnLoopback = booleanOption('allowHttpOnLoopback', options.allowHttpOnLoopback)
  return {
    audiences: new Set(audiences),
    vocabulary: parseVocabulary(options.scopes),
    ...parseNumbers(options),
    realm: parseRealm(options.realm, audiences[0] as string),
    resourceMetadata: undefined,
    ...parseSender(options, allowHttpOnLoopback),
    revocation: parseRevocationOption(options.revocation),
    usageRecorder: parseUsageRecorder(options.usageRecorder),
    signatureEngine: parseEngine(options.signatureEngine),
    allowHttpOnLoopback,
    clock: parseClock(options.clock),
    fetch: functionOption('fetch', options.fetch, globalThis.fetch),
  }
}

/** What proofs of senders are checked with, as one: each option alone may be without effect. */
function parseSender(
  options: ResourceServerOptions<string>,
  allowHttpOnLoopback: boolean,
): Pick<ServerRules, 'dpop' | 'publicOrigin' | 'trustedProxy'> {
  const dpop = parseDpop(options.dpop)
  const trustedProxy = parseTrustedProxy(options.trustedProxy)
  const publicOrigin = parsePublicOrigin(options.publicOrigin, allowHttpOnLoopback)
  if (dpop === undefined || publicOrigin !== undefined || trustedProxy?.origin !== undefined) {
    return { dpop, publicOrigin, trustedProxy }
  }
  throw new ConfigurationError(
    'option_missing',
    "Option \"publicOrigin\" is missing: a DPoP proof is made for one URL, and the Host header is the client's own word. Write the scheme and host that clients call, such as publicOrigin: 'https://api.example.com'.",
  )
}

function parsePublicOrigin(option: unknown, allowHttpOnLoopback: boolean): string | undefined {
  if (option === undefined) return undefined
  const origin = new URL(urlOption('publicOrigin', option, allowHttpOnLoopback)).origin
  if (isRegularOrigin(option as string) || option === `${origin}/`) return origin
  throw new ConfigurationError(
    'option_invalid',
    `Option "publicOrigin" must be scheme and host alone, such as '${origin}', not ${describe(option)}.`,
  )
}

function parseRevocationOption(list: unknown): RevocationList | undefined {
  if (list === undefined) return undefined
  if (typeof (list as RevocationList | null)?.verdictOn === 'function') return list as RevocationList
  throw new ConfigurationError(
    'option_invalid',
    'Option "revocation" must have a method verdictOn(token). Take createRevocationList().',
  )
}

function parseUsageRecorder(recorder: unknown): UsageRecorder | undefined {
  if (recorder === undefined) return undefined
  const { granted, denied } = (recorder ?? {}) as Partial<UsageRecorder>
  if (typeof granted === 'function' && typeof denied === 'function') return recorder as UsageRecorder
  throw new ConfigurationError(
    'option_invalid',
    'Option "usageRecorder" must have the methods granted(…) and denied(…). Take createUsageRecorder() of @scopeward/usage.',
  )
}

/** Bounds and defaults, as docs/defaults.md lists them. */
const NUMBERS = {
  clockToleranceSeconds: { from: 0, to: 300, fallback: 5 },
  staleIfErrorSeconds: { from: 0, to: 86_400, fallback: 3600 },
  refreshCooldownSeconds: { from: 1, to: 300, fallback: 5 },
  fetchTimeoutSeconds: { from: 0.1, to: 60, fallback: 5 },
  tokenCacheMaxEntries: { from: 0, to: 10_000_000, fallback: 10_000, integer: true },
  signatureQueueMaxEntries: { from: 1, to: 1_000_000, fallback: 1000, integer: true },
  issuerCacheSeconds: { from: 1, to: 86_400, fallback: 300 },
  issuerCacheMaxEntries: { from: 1, to: 1_000_000, fallback: 10_000, integer: true },
} as const

type Numbers = { readonly [Name in keyof typeof NUMBERS]: number }

function parseNumbers(options: ResourceServerOptions<string>): Numbers {
  const names = Object.keys(NUMBERS) as (keyof Numbers)[]
  return Object.fromEntries(
    names.map(name => [name, numberOption(name, options[name], NUMBERS[name])]),
  ) as unknown as Numbers
}

/** 2001 in milliseconds. A clock before it counts seconds. */
const EARLIEST_TIME = 1e12

function parseClock(clock: unknown): () => number {
  const parsed = functionOption('clock', clock as (() => number) | undefined, Date.now)
  const now: unknown = parsed()
  if (typeof now === 'number' && now >= EARLIEST_TIME) return parsed
  throw new ConfigurationError(
    'option_invalid',
    `Option "clock" must return milliseconds since the epoch, as Date.now does, not ${describe(now)}.`,
  )
}

function parseRealm(realm: unknown, firstAudience: string): string {
  const value = realm === undefined ? firstAudience : realm
  if (typeof value === 'string' && value !== '' && isQuotable(value)) return value
  if (realm === undefined) {
    throw new ConfigurationError(
      'option_missing',
      'Option "realm" is missing: the audience cannot stand in for it, because it has characters that a header cannot quote.',
    )
  }
  throw new ConfigurationError('option_invalid', 'Option "realm" must be printable ASCII without quote and backslash.')
}

/** Characters that stand in a quoted-string as they are (RFC 6750 section 3). */
function isQuotable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false
  }
  return true
}

function parseEngine(engine: unknown): 'node' | 'jose' {
  if (engine === undefined || engine === 'node') return 'node'
  if (engine === 'jose') return 'jose'
  throw new ConfigurationError(
    'option_invalid',
    `Option "signatureEngine" must be 'node' or 'jose', not ${describe(engine)}.`,
  )
}
