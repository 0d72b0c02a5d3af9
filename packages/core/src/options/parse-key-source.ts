import { ConfigurationError } from '../errors/configuration-error.ts'
import { isJsonObject } from '../shared/json.ts'
import type { JsonWebKeySet } from './issuer-definition.ts'
import { plainCopy, urlOption } from './validate.ts'

/** Where the keys come from: exactly one of three. */
export type KeySource =
  | { readonly kind: 'metadata'; readonly issuer: string }
  | { readonly kind: 'jwksUri'; readonly jwksUri: string }
  | { readonly kind: 'inline'; readonly jwks: JsonWebKeySet }

/** @throws ConfigurationError `option_conflict`, `option_invalid` */
export function parseKeySource(
  options: { readonly jwksUri?: unknown; readonly jwks?: unknown },
  issuer: string,
  allowHttpOnLoopback: boolean,
): KeySource {
  const { jwksUri, jwks } = options
  if (jwksUri !== undefined && jwks !== undefined) {
    throw new ConfigurationError(
      'option_conflict',
      'Options "jwksUri" and "jwks" contradict each other. Keep one of them.',
    )
  }
  if (jwksUri !== undefined) return { kind: 'jwksUri', jwksUri: urlOption('jwksUri', jwksUri, allowHttpOnLoopback) }
  if (jwks === undefined) return { kind: 'metadata', issuer }
  if (
    !isJsonObject(jwks) ||
    !Array.isArray(jwks.keys) ||
    jwks.keys.length === 0 ||
    ![...jwks.keys].every(isJsonObject)
  ) {
    throw new ConfigurationError(
      'option_invalid',
      'Option "jwks" must be a key set with at least one key: { keys: [{ kty, … }] }.',
    )
  }
  const keys = plainCopy(jwks.keys, 'Option "jwks" must be plain data: keys as JSON has them.')
  return { kind: 'inline', jwks: { keys } }
}

const FETCH_OPTIONS = ['staleIfErrorSeconds', 'refreshCooldownSeconds', 'fetchTimeoutSeconds', 'fetch'] as const

type FetchOptions = { readonly [Name in (typeof FETCH_OPTIONS)[number]]?: unknown }

/**
 * With inline keys and nothing else to fetch they would silently do nothing.
 * @param waitsForStore whether a replay store is asked, which `fetchTimeoutSeconds` is the deadline of too
 * @throws ConfigurationError `option_conflict`
 */
export function refuseFetchOptions(options: FetchOptions, waitsForStore: boolean): void {
  const isUseless = (name: keyof FetchOptions) => name !== 'fetchTimeoutSeconds' || !waitsForStore
  const useless = FETCH_OPTIONS.find(name => options[name] !== undefined && isUseless(name))
  if (useless === undefined) return
  throw new ConfigurationError(
    'option_conflict',
    `Option "${useless}" does nothing beside "jwks" and sharedSecret(…): no keys are fetched. Leave it out.`,
  )
}
