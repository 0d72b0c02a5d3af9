import { ConfigurationError } from '@scopeward/core'
import type { RedisClient } from './redis-client.ts'

/** How Redis is asked. */
export interface ConnectionOptions {
  /**
   * What the names of keys and channels begin with. Processes that share use the same; APIs that do not share use different
   * ones. Without `{` and `}`, which place keys in a cluster. Default: `'scopeward'`.
   */
  readonly keyPrefix?: string
  /**
   * Within which Redis has to answer a command. A replay store is given up by the resource server after the server's own
   * `fetchTimeoutSeconds` (5 by default): for requests, more than that has no effect. Unit: seconds, 0.01 to 60. Default: 1.
   */
  readonly timeoutSeconds?: number
}

export interface ConnectionSettings {
  readonly keyPrefix: string
  readonly timeoutMilliseconds: number
}

export const CONNECTION_OPTIONS: readonly (keyof ConnectionOptions)[] = ['keyPrefix', 'timeoutSeconds']

/** @throws ConfigurationError `option_unknown`, `option_invalid` */
export function parseConnectionOptions(options: ConnectionOptions): ConnectionSettings {
  const { keyPrefix = 'scopeward', timeoutSeconds } = options
  if (typeof keyPrefix !== 'string' || keyPrefix === '' || keyPrefix.includes('{') || keyPrefix.includes('}')) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "keyPrefix" must be a non-empty string without { and }, not ${describe(keyPrefix)}.`,
    )
  }
  const seconds = secondsOption('timeoutSeconds', timeoutSeconds, { from: 0.01, to: 60, fallback: 1 })
  return Object.freeze({ keyPrefix, timeoutMilliseconds: seconds * 1000 })
}

/** NaN and strings are refused, not coerced. @throws ConfigurationError `option_invalid` */
export function secondsOption(
  name: string,
  value: unknown,
  { from, to, fallback }: { readonly from: number; readonly to: number; readonly fallback: number },
): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= from && value <= to) return value
  throw new ConfigurationError(
    'option_invalid',
    `Option "${name}" must be a number from ${from} to ${to} (default ${fallback}), not ${describe(value)}.`,
  )
}

/** @throws ConfigurationError `option_invalid` for anything but a client of the package `redis` */
export function requireClient(client: unknown, where: string): asserts client is RedisClient {
  const methods = ['duplicate', 'connect', 'destroy', 'on', 'subscribe', 'withCommandOptions']
  const isClient =
    typeof client === 'object' &&
    client !== null &&
    methods.every(name => typeof (client as Record<string, unknown>)[name] === 'function')
  if (isClient) return
  throw new ConfigurationError(
    'option_invalid',
    `${where} takes a client of the package "redis" first, made by createClient(), createCluster() or createSentinel(), not ${describe(client)}.`,
  )
}

/** A URL of Redis holds its password, so a text with an `@` is never shown. */
export function describe(value: unknown): string {
  if (typeof value === 'string' && value.includes('@')) return 'a text with "@" in it, which is not shown'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
