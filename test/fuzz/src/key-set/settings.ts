import fc from 'fast-check'

/** What an API may set, and how it learns of the keys. Seconds. */
export interface Settings {
  readonly staleIfErrorSeconds: number
  readonly refreshCooldownSeconds: number
  /** `max-age` of the key set; `null` for none. */
  readonly keySetMaxAgeSeconds: number | null
  readonly tokenCacheMaxEntries: number
  readonly signatureEngine: 'node' | 'jose'
  /** Whether the keys are found through the issuer's metadata. */
  readonly discovery: boolean
}

export const anySettings: fc.Arbitrary<Settings> = fc.record({
  staleIfErrorSeconds: fc.constantFrom(3600, 60, 0),
  refreshCooldownSeconds: fc.constantFrom(5, 1, 30, 120),
  keySetMaxAgeSeconds: fc.constantFrom(600, 60, 0, null),
  tokenCacheMaxEntries: fc.constantFrom(10_000, 1, 0),
  signatureEngine: fc.constantFrom('node', 'jose'),
  discovery: fc.boolean(),
})

/** Longer than any test takes: faults end fetches here, never the time. */
export const FETCH_TIMEOUT_SECONDS = 60

const DEFAULT_FRESH_SECONDS = 600
const MIN_FRESH_SECONDS = 60

/** What `docs/defaults.md` makes of the `max-age`. */
export function freshSecondsOf({ keySetMaxAgeSeconds }: Settings): number {
  return Math.max(keySetMaxAgeSeconds ?? DEFAULT_FRESH_SECONDS, MIN_FRESH_SECONDS)
}
