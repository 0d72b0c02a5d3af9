import { ConfigurationError } from '../errors/configuration-error.ts'
import { discover, metadataUrl } from '../issuer/discover.ts'
import { FetchFailure, fetcherOf } from '../issuer/fetch-document.ts'
import type { IssuerRules, ParsedOptions, TokenProof } from '../options/issuer-rules.ts'
import { parseOptions } from '../options/parse-options.ts'
import type { ResourceServerOptions } from '../options/resource-server-options.ts'
import type { RouteDescription } from './route-description.ts'

/** What documents say of a resource server besides its routes. */
export interface ResourceServerDescription {
  /** Scope name to description, in order of declaration. */
  readonly scopes: Readonly<Record<string, string>>
  /** Scope name to all scopes that it implies; only those that imply any. */
  readonly implied: Readonly<Record<string, readonly string[]>>
  readonly dpop: 'accepted' | 'required' | undefined
  /**
   * Asks the issuer's metadata where clients get tokens. Asks nobody where the options say that no metadata is fetched.
   * @throws ConfigurationError `option_missing` where it cannot be found so
   */
  tokenEndpoint(): Promise<string>
}

/** What the adapters tell of an app, for tools. */
export interface AppDescription {
  readonly routes: readonly RouteDescription[]
  /** Those whose guards stand on routes. */
  readonly servers: readonly ResourceServerDescription[]
}

/**
 * What tools can say of an API from its options alone, without keys.
 * @throws ConfigurationError as `createResourceServer`
 */
export function describeResourceServer(options: ResourceServerOptions<string>): ResourceServerDescription {
  const parsed = parseOptions(options)
  return {
    scopes: Object.fromEntries(parsed.vocabulary.descriptions),
    implied: Object.fromEntries(parsed.vocabulary.implied),
    dpop: parsed.dpop?.mode,
    tokenEndpoint: () => findTokenEndpoint(parsed),
  }
}

async function findTokenEndpoint(options: ParsedOptions): Promise<string> {
  const { issuer } = soleIssuer(options)
  const read = (metadata: { readonly token_endpoint?: unknown }): string =>
    metadataUrl(metadata.token_endpoint as string | undefined, 'token_endpoint', options.allowHttpOnLoopback)
  try {
    return await discover(issuer, fetcherOf(options), read)
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error
    throw endpointMissing(`the metadata of ${issuer} does not tell it: ${error.message}`)
  }
}

/** @throws ConfigurationError `option_missing` */
function soleIssuer({ trusted }: ParsedOptions): IssuerRules {
  const issuers = trusted.kind === 'list' ? trusted.issuers : []
  const [first, ...others] = issuers
  if (first === undefined || others.some(({ issuer }) => issuer !== first.issuer)) {
    throw endpointMissing('there is not one issuer alone')
  }
  const telling = issuers.find(({ proof }) => hasMetadata(proof))
  if (telling === undefined) throw endpointMissing('the metadata of this issuer is not fetched')
  return telling
}

function hasMetadata(proof: TokenProof): boolean {
  if (proof.kind === 'keySet') return proof.keySource.kind === 'metadata'
  return proof.kind === 'introspection' && proof.endpoint === undefined
}

function endpointMissing(reason: string): ConfigurationError {
  return new ConfigurationError(
    'option_missing',
    `The token endpoint has to be given as "tokenUrl", because ${reason}.`,
  )
}
