import { ConfigurationError } from '../errors/configuration-error.ts'
import { rfc7662 } from '../profiles/rfc7662.ts'
import { rfc9068 } from '../profiles/rfc9068.ts'
import type { TokenProfile } from '../profiles/token-profile.ts'
import { workingCopy } from '../profiles/working-copy.ts'
import { ALGORITHMS, type Algorithm, DEFAULT_ALGORITHMS, HMAC_ALGORITHMS } from '../shared/algorithms.ts'
import { parseUrl } from '../shared/uri.ts'
import { ClientCredentials } from './client-authentication.ts'
import { forIntrospection } from './derive-profile.ts'
import { IntrospectionIssuer, type ParsedIntrospection } from './introspection.ts'
import type { KeySetIssuer } from './issuer-definition.ts'
import type { IssuerRules, ServerRules } from './issuer-rules.ts'
import { parseKeySource } from './parse-key-source.ts'
import { parseProfile } from './parse-profile.ts'
import { SharedSecretIssuer } from './shared-secret.ts'
import { describe, refuseUnknownNames, urlOption } from './validate.ts'

const KNOWN: Readonly<Record<keyof KeySetIssuer, true>> = {
  issuer: true,
  audience: true,
  jwksUri: true,
  jwks: true,
  algorithms: true,
  profile: true,
}

/** @throws ConfigurationError for whatever is missing, unknown, out of range or contradictory. */
export function parseIssuer(definition: unknown, server: ServerRules): IssuerRules {
  if (typeof definition === 'string') return parseKeySetIssuer({ issuer: definition }, server)
  if (definition instanceof SharedSecretIssuer) return parseSharedSecret(definition, server)
  if (definition instanceof IntrospectionIssuer) return parseIntrospection(definition, server)
  if (!isPlainObject(definition)) {
    throw new ConfigurationError(
      'option_invalid',
      `An issuer must be its identifier, { issuer, … }, sharedSecret(…) or introspection(…), not ${describe(definition)}${isInstance(definition) ? ' of a class' : ''}.`,
    )
  }
  refuseMisplaced(definition)
  refuseUnknownNames(definition, Object.keys(KNOWN), 'An issuer')
  return parseKeySetIssuer(definition as unknown as KeySetIssuer, server)
}

function isInstance(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What belongs to another kind of issuer, and where it is written there. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  secret: 'sharedSecret({ issuer, secrets: [secret] })',
  secrets: 'sharedSecret({ issuer, secrets })',
  clientId: 'introspection({ issuer, clientId, clientAuthentication })',
  clientSecret:
    "introspection({ issuer, clientId, clientAuthentication: { method: 'client_secret_basic', clientSecret } })",
  clientAuthentication: 'introspection({ issuer, clientId, clientAuthentication })',
  introspectionEndpoint: 'introspection({ issuer, introspectionEndpoint, clientId, clientAuthentication })',
}

function refuseMisplaced(definition: object): void {
  const misplaced = Object.keys(definition).find(name => Object.hasOwn(ELSEWHERE, name))
  if (misplaced === undefined) return
  throw new ConfigurationError(
    'option_unknown',
    `An issuer with a key set has no option "${misplaced}". Write ${ELSEWHERE[misplaced]}.`,
  )
}

/** A `URL` has no members of its own, and must not pass for a definition without a name. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function parseKeySetIssuer(options: KeySetIssuer, server: ServerRules): IssuerRules {
  const issuer = parseIdentifier(options.issuer, server.allowHttpOnLoopback)
  const profile = parseTokenProfile(options.profile)
  return frozen({
    ...server,
    issuer,
    audiences: audiencesOf(options.audience, server),
    profile,
    algorithms: parseAlgorithms(options.algorithms, profile),
    proof: { kind: 'keySet', keySource: parseKeySource(options, issuer, server.allowHttpOnLoopback) },
  })
}

function parseSharedSecret(definition: SharedSecretIssuer, server: ServerRules): IssuerRules {
  const { options, secrets } = SharedSecretIssuer.read(definition)
  const profile = parseTokenProfile(options.profile)
  if (profile.algorithms !== undefined) {
    throw new ConfigurationError(
      'option_conflict',
      `sharedSecret(): the profile "${profile.name}" demands ${profile.algorithms.join(', ')}. Name the issuer with its key set instead: { issuer, profile }.`,
    )
  }
  return frozen({
    ...server,
    issuer: parseIdentifier(options.issuer, server.allowHttpOnLoopback),
    audiences: audiencesOf(options.audience, server),
    profile,
    algorithms: new Map([[options.algorithm, HMAC_ALGORITHMS.get(options.algorithm) as Algorithm]]),
    proof: { kind: 'sharedSecret', secrets },
  })
}

/** @throws ConfigurationError also `option_conflict` for a profile of introspection responses */
function parseTokenProfile(profile: unknown): TokenProfile {
  const parsed = parseProfile(profile, rfc9068)
  if (parsed.types.length > 0) return parsed
  throw new ConfigurationError(
    'option_conflict',
    `Option "profile": "${parsed.name}" describes introspection responses, not signed tokens. Use it inside introspection(…).`,
  )
}

function parseIntrospection(definition: IntrospectionIssuer, server: ServerRules): IssuerRules {
  const options = IntrospectionIssuer.read(definition)
  const { allowHttpOnLoopback } = server
  const issuer = parseIdentifier(options.issuer, allowHttpOnLoopback)
  const profile = forIntrospection(parseProfile(options.profile, rfc7662))
  return frozen({
    ...server,
    issuer,
    audiences: audiencesOf(options.audience, server),
    profile,
    algorithms: parseAlgorithms(options.algorithms, profile),
    proof: {
      kind: 'introspection',
      endpoint: parseEndpoint(options, allowHttpOnLoopback),
      client: options.client,
      cacheSeconds: options.cacheSeconds,
      signedAnswers: options.signedResponses ? parseKeySource(options, issuer, allowHttpOnLoopback) : undefined,
    },
  })
}

function parseEndpoint(
  { introspectionEndpoint, client }: ParsedIntrospection,
  allowHttpOnLoopback: boolean,
): string | undefined {
  if (introspectionEndpoint === undefined) return undefined
  // Without what was given: it may be a secret in the wrong place.
  if (typeof introspectionEndpoint !== 'string' || parseUrl(introspectionEndpoint) === undefined) {
    throw new ConfigurationError('option_invalid', 'Option "introspectionEndpoint" must be an absolute URL.')
  }
  const url = urlOption('introspectionEndpoint', introspectionEndpoint, allowHttpOnLoopback)
  if (ClientCredentials.read(client).method !== 'tls_client_auth' || url.startsWith('https:')) return url
  throw new ConfigurationError(
    'option_conflict',
    'introspection(): there are no client certificates over http. Name an https "introspectionEndpoint", or another method.',
  )
}

/** The profile inside is a copy that nobody else has, and not frozen. */
const frozen = (rules: IssuerRules): IssuerRules => Object.freeze({ ...rules, profile: workingCopy(rules.profile) })

function parseIdentifier(issuer: unknown, allowHttpOnLoopback: boolean): string {
  if (issuer === undefined) {
    throw new ConfigurationError(
      'option_missing',
      'Option "issuer" is missing. Type the exact "iss" of your tokens, for example issuer: \'https://login.example.com\'.',
    )
  }
  const url = urlOption('issuer', issuer, allowHttpOnLoopback)
  if (url.includes('?'))
    throw new ConfigurationError('option_invalid', 'Option "issuer" must have no query (RFC 8414 section 2).')
  if (url.includes('{') || url.includes('*')) {
    throw new ConfigurationError(
      'option_invalid',
      'Option "issuer" is compared to the letter and knows no patterns. For issuers that come and go, pass a function.',
    )
  }
  return url
}

function audiencesOf(audience: unknown, server: ServerRules): ReadonlySet<string> {
  return audience === undefined ? server.audiences : new Set(parseAudience(audience))
}

export function parseAudience(audience: unknown): readonly string[] {
  if (audience === undefined) {
    throw new ConfigurationError(
      'option_missing',
      'Option "audience" is missing. Type what tokens for this API carry in "aud", for example audience: \'https://api.example.com\'.',
    )
  }
  const list: readonly unknown[] = Array.isArray(audience) ? audience : [audience]
  const strings = list.filter(item => typeof item === 'string' && item !== '') as string[]
  if (list.length === 0 || strings.length !== list.length) {
    throw new ConfigurationError('option_invalid', 'Option "audience" must be a non-empty string or an array of them.')
  }
  return strings
}

/** One for all: ten thousand issuers may share it. */
const DEFAULTS: ReadonlyMap<string, Algorithm> = new Map(
  DEFAULT_ALGORITHMS.map(name => [name, ALGORITHMS.get(name) as Algorithm]),
)

function parseAlgorithms(names: unknown, profile: TokenProfile): ReadonlyMap<string, Algorithm> {
  if (names === undefined && profile.algorithms === undefined) return DEFAULTS
  const chosen = names === undefined ? profile.algorithms : names
  if (!Array.isArray(chosen) || chosen.length === 0) {
    throw new ConfigurationError(
      'option_invalid',
      'Option "algorithms" must be a non-empty array, for example [\'RS256\'].',
    )
  }
  const allowed = new Map<string, Algorithm>()
  for (const name of chosen) {
    const algorithm = ALGORITHMS.get(name)
    if (algorithm === undefined) {
      throw new ConfigurationError(
        'option_invalid',
        `Option "algorithms": ${describe(name)} cannot be used. Choose from ${[...ALGORITHMS.keys()].join(', ')}.`,
      )
    }
    if (profile.algorithms !== undefined && !profile.algorithms.includes(name)) {
      throw new ConfigurationError(
        'option_conflict',
        `Option "algorithms": ${name} is not among those of the profile "${profile.name}": ${profile.algorithms.join(', ')}. Leave it out, or choose another profile.`,
      )
    }
    allowed.set(name, algorithm)
  }
  return allowed
}
