import type { IssuerRules } from '../options/issuer-rules.ts'
import type { KeySource } from '../options/parse-key-source.ts'
import { isJsonObject } from '../shared/json.ts'
import { withinSeconds } from '../shared/within-seconds.ts'
import { discover, metadataUrl } from './discover.ts'
import { type Fetcher, FetchFailure, fetchDocument, fetcherOf } from './fetch-document.ts'

/** A key set as it was published, and for how long the publisher says it may be kept. */
export interface PublishedKeySet {
  readonly jwks: readonly Readonly<Record<string, unknown>>[]
  /** `Infinity` for keys that are part of the configuration. */
  readonly freshSeconds: number
}

const DEFAULT_FRESH_SECONDS = 600
const MIN_FRESH_SECONDS = 60
const MAX_FRESH_SECONDS = 24 * 60 * 60
const MAX_KEYS = 100

/** How the configured source is read. @throws FetchFailure and nothing else */
export function keySourceOf(keySource: KeySource, rules: IssuerRules): () => Promise<PublishedKeySet> {
  if (keySource.kind === 'inline') {
    const published = { jwks: keySource.jwks.keys, freshSeconds: Number.POSITIVE_INFINITY }
    return async () => published
  }
  if (keySource.kind === 'jwksUri') return () => fetchKeySet(keySource.jwksUri, fetcherOf(rules))
  const fetcher = fetcherOf(rules)
  const find = () =>
    discover(keySource.issuer, fetcher, ({ jwks_uri }) => metadataUrl(jwks_uri, 'jwks_uri', rules.allowHttpOnLoopback))
  return discoveredSource(find, jwksUri => fetchKeySet(jwksUri, fetcher))
}

/** How long keys that are there wait for metadata that might say that they have moved. */
const METADATA_GRACE_SECONDS = 1

/**
 * Looks the `jwks_uri` up again with every refresh, so that one that moved is followed, and fetches from the last one
 * known at the same time. Metadata that is slow costs a second at most, metadata that is gone nothing; what it says later
 * counts from the next refresh on. One look-up at a time.
 */
function discoveredSource(
  find: () => Promise<string>,
  load: (jwksUri: string) => Promise<PublishedKeySet>,
): () => Promise<PublishedKeySet> {
  let lastKnown: string | undefined
  let underWay: Promise<string> | undefined
  const findOnce = (): Promise<string> => {
    underWay ??= find()
      .then(found => {
        lastKnown = found
        return found
      })
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }
  return async () => {
    const known = lastKnown
    if (known === undefined) return load(await findOnce())
    const foundOrKnown = findOnce().catch(() => known)
    const loaded = await load(known).catch(async error => {
      if ((await foundOrKnown) === known) throw error
      return undefined
    })
    const found = await withinSeconds(METADATA_GRACE_SECONDS, foundOrKnown, known)
    return loaded !== undefined && found === known ? loaded : load(found)
  }
}

async function fetchKeySet(jwksUri: string, fetcher: Fetcher): Promise<PublishedKeySet> {
  const { document, maxAgeSeconds = DEFAULT_FRESH_SECONDS } = await fetchDocument(jwksUri, fetcher)
  const { keys } = document
  if (!Array.isArray(keys)) throw new FetchFailure('the key set has no array "keys"')
  if (keys.length > MAX_KEYS) throw new FetchFailure(`the key set has more than ${MAX_KEYS} keys`)
  const jwks = keys.filter(isJsonObject)
  return { jwks, freshSeconds: Math.min(Math.max(maxAgeSeconds, MIN_FRESH_SECONDS), MAX_FRESH_SECONDS) }
}
