import {
  ConfigurationError,
  type IssuerDefinition,
  introspection,
  type JsonWebKeySet,
  type KeySetIssuer,
  PROFILES,
  type ProfileName,
  type TokenProfile,
} from '@scopeward/core'
import { CommandFailure } from '../shared/exit.ts'
import { readJsonFile, readTextFile } from '../shared/input.ts'
import { isHttpOnLoopback, LOOPBACK_NOTE, requireIssuerUrl } from '../shared/issuer-url.ts'

/** As commander hands them over: texts, not looked at yet. */
export interface VerifierFlags {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly jwks?: string
  readonly profile?: string
  readonly algorithms?: string
  readonly at?: string
  readonly clockTolerance?: string
  readonly introspectAs?: string
  readonly clientSecretFile?: string
  readonly introspectionEndpoint?: string
}

/** Whom to trust, and how, in the words of the real verifier. */
export interface VerifierSettings {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly definition: IssuerDefinition
  readonly introspects: boolean
  readonly profile: TokenProfile
  readonly algorithms: readonly string[]
  /** Of `--jwks FILE`: nothing is fetched then. */
  readonly offlineKeys: JsonWebKeySet | undefined
  readonly clock: () => number
  readonly clockToleranceSeconds: number
  readonly allowHttpOnLoopback: boolean
  readonly notes: readonly string[]
}

/** The name under which a key set from a file is handed to the verifier; nobody can have it (RFC 2606). */
export const OFFLINE_JWKS_URI = 'https://key-set-file.invalid/jwks.json'

const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'Ed25519']
const DEFAULT_TOLERANCE_SECONDS = 5

/** @throws CommandFailure, ConfigurationError */
export function readSettings(flags: VerifierFlags): VerifierSettings {
  const issuer = requireIssuerUrl(flags.issuer, '--issuer')
  const introspects = flags.introspectAs !== undefined
  const profile = profileNamed(flags.profile ?? (introspects ? 'rfc7662' : 'rfc9068'))
  const offlineKeys = readKeys(flags.jwks)
  const loopback = [issuer, flags.jwks, flags.introspectionEndpoint].some(
    url => url !== undefined && isHttpOnLoopback(url),
  )
  const now = flags.at === undefined ? undefined : readTime(flags.at)
  const algorithms = flags.algorithms === undefined ? undefined : listOf(flags.algorithms)
  return {
    issuer,
    audiences: flags.audience,
    definition: introspects ? introspectionOf(issuer, flags) : keySetOf(issuer, flags, offlineKeys, algorithms),
    introspects,
    profile,
    algorithms: algorithms ?? profile.algorithms ?? DEFAULT_ALGORITHMS,
    offlineKeys,
    clock: now === undefined ? Date.now : () => now,
    clockToleranceSeconds: readSeconds(flags.clockTolerance, '--clock-tolerance') ?? DEFAULT_TOLERANCE_SECONDS,
    allowHttpOnLoopback: loopback,
    notes: [
      ...(loopback ? [LOOPBACK_NOTE] : []),
      ...(offlineKeys === undefined ? [] : ['The key set is the file of --jwks; nothing was fetched.']),
      ...(now === undefined ? [] : [`The time is taken to be ${new Date(now).toISOString()} (--at).`]),
    ],
  }
}

function keySetOf(
  issuer: string,
  { jwks, profile }: VerifierFlags,
  offlineKeys: JsonWebKeySet | undefined,
  algorithms: readonly string[] | undefined,
): KeySetIssuer {
  const jwksUri = offlineKeys === undefined ? jwks : OFFLINE_JWKS_URI
  return {
    issuer,
    ...(jwksUri !== undefined && { jwksUri }),
    ...(profile !== undefined && { profile: profile as ProfileName }),
    ...(algorithms !== undefined && { algorithms: algorithms as NonNullable<KeySetIssuer['algorithms']> }),
  }
}

function introspectionOf(issuer: string, flags: VerifierFlags): IssuerDefinition {
  const { introspectAs = '', clientSecretFile, introspectionEndpoint, profile } = flags
  const useless = flags.jwks === undefined ? (flags.algorithms === undefined ? undefined : '--algorithms') : '--jwks'
  if (useless !== undefined) {
    throw new CommandFailure(`${useless} does nothing with --introspect-as: the issuer is asked, no key is used.`)
  }
  if (clientSecretFile === undefined) {
    throw new CommandFailure('--introspect-as needs --client-secret-file FILE: the issuer answers its clients only.')
  }
  const clientSecret = readTextFile(clientSecretFile, '--client-secret-file').trim()
  return introspection({
    issuer,
    clientId: introspectAs,
    clientAuthentication: { method: 'client_secret_basic', clientSecret },
    cacheSeconds: 0,
    ...(introspectionEndpoint !== undefined && { introspectionEndpoint }),
    ...(profile !== undefined && { profile: profile as ProfileName }),
  })
}

/** @throws CommandFailure where the file has no key set; a URL is left to the verifier */
function readKeys(jwks: string | undefined): JsonWebKeySet | undefined {
  if (jwks === undefined || /^https?:\/\//i.test(jwks)) return undefined
  const document = readJsonFile(jwks, '--jwks')
  const keys = (document as { readonly keys?: unknown } | null)?.keys
  if (Array.isArray(keys)) return document as JsonWebKeySet
  throw new CommandFailure('--jwks: the file is no key set: it must be like { "keys": [ … ] } (RFC 7517 section 5).')
}

export function profileNamed(name: string): TokenProfile {
  if (Object.hasOwn(PROFILES, name)) return PROFILES[name as ProfileName]
  throw new ConfigurationError('option_invalid', `--profile: known are ${Object.keys(PROFILES).join(', ')}.`)
}

export function listOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(item => item !== '')
}

/** ISO 8601, or seconds since the epoch as tokens have them. */
function readTime(text: string): number {
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (!Number.isNaN(new Date(milliseconds).getTime())) return milliseconds
  throw new CommandFailure('--at must be a time such as 2026-01-31T12:00:00Z, or seconds since 1970 as in exp.')
}

function readSeconds(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds
  throw new CommandFailure(`${option} must be a number of seconds.`)
}
