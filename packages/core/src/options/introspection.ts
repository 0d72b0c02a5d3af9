import { ConfigurationError } from '../errors/configuration-error.ts'
import type { CustomProfile, ProfileName } from '../profiles/profiles.ts'
import type { AlgorithmName } from '../shared/algorithms.ts'
import { isJsonObject } from '../shared/json.ts'
import { type ClientAuthentication, type ClientCredentials, parseClientCredentials } from './client-authentication.ts'
import type { JsonWebKeySet } from './issuer-definition.ts'
import { booleanOption, numberOption, refuseUnknownNames } from './validate.ts'

/** An issuer that is asked about each token, because its tokens say nothing by themselves. */
export interface IntrospectionOptions {
  /**
   * The authorization server's identifier. An https URL without query and fragment. Where an answer names an `iss`, it
   * must be this one to the letter.
   */
  readonly issuer: string
  /** The identifier under which the authorization server knows this API. */
  readonly clientId: string
  /** How this API authenticates there. */
  readonly clientAuthentication: ClientAuthentication
  /** Default: `introspection_endpoint` of the issuer's metadata. An https URL. */
  readonly introspectionEndpoint?: string
  /**
   * How long an answer is believed without asking again, and never past the token's `exp`. A token that was revoked is
   * accepted for this much longer. Unit: seconds, 0 to 300. Default: 10. 0 asks on every request.
   * @see RFC 7662 section 4
   */
  readonly cacheSeconds?: number
  /**
   * Demands answers that the issuer has signed (RFC 9701) and checks their signature under its key set. Default: false,
   * plain JSON over TLS.
   */
  readonly signedResponses?: boolean
  /** Where the keys of signed answers are published. Default: found in the issuer's metadata. */
  readonly jwksUri?: string
  /** The keys of signed answers themselves. */
  readonly jwks?: JsonWebKeySet
  /** The algorithms of signed answers. Default: RS256, PS256, ES256, Ed25519. */
  readonly algorithms?: readonly AlgorithmName[]
  /** Default: the option `audience` of the resource server. An answer without `aud` is refused. */
  readonly audience?: string | readonly string[]
  /** How the answers deviate from RFC 7662, where they carry the claims of a vendor's JWTs. Default: not at all. */
  readonly profile?: ProfileName | CustomProfile
}

const KNOWN: Readonly<Record<keyof IntrospectionOptions, true>> = {
  issuer: true,
  clientId: true,
  clientAuthentication: true,
  introspectionEndpoint: true,
  cacheSeconds: true,
  signedResponses: true,
  jwksUri: true,
  jwks: true,
  algorithms: true,
  audience: true,
  profile: true,
}

const SIGNED_ONLY = ['jwksUri', 'jwks', 'algorithms'] as const

/** Made by `introspection`. */
export class IntrospectionIssuer {
  readonly #options: ParsedIntrospection

  constructor(options: ParsedIntrospection) {
    this.#options = options
    Object.freeze(this)
  }

  get issuer(): string {
    return this.#options.issuer
  }

  static read(definition: IntrospectionIssuer): ParsedIntrospection {
    return definition.#options
  }
}

export type ParsedIntrospection = Omit<IntrospectionOptions, 'clientId' | 'clientAuthentication'> & {
  readonly cacheSeconds: number
  readonly signedResponses: boolean
  readonly client: ClientCredentials
}

/**
 * Trusts an issuer by asking it about each token (RFC 7662), for the option `issuer`: for opaque tokens, and for JWTs of
 * this issuer unless it also stands there with a key set. A JWT that names another issuer is never sent to it.
 * @throws ConfigurationError `option_unknown`, `option_missing`, `option_invalid`, `option_conflict`
 */
export function introspection(options: IntrospectionOptions): IntrospectionIssuer {
  if (!isJsonObject(options)) {
    throw new ConfigurationError(
      'option_missing',
      'Write introspection({ issuer, clientId, clientAuthentication: { method, … } }).',
    )
  }
  refuseUnknownNames(options, Object.keys(KNOWN), 'introspection()')
  const signedResponses = booleanOption('signedResponses', options.signedResponses)
  const useless = SIGNED_ONLY.find(name => !signedResponses && options[name] !== undefined)
  if (useless !== undefined) {
    throw new ConfigurationError(
      'option_conflict',
      `introspection(): "${useless}" does nothing without signedResponses: true. Add that, or leave it out.`,
    )
  }
  const { clientId, clientAuthentication, ...rest } = options
  return new IntrospectionIssuer({
    ...rest,
    signedResponses,
    cacheSeconds: numberOption('cacheSeconds', options.cacheSeconds, { from: 0, to: 300, fallback: 10 }),
    client: parseClientCredentials(clientId, clientAuthentication),
  })
}
