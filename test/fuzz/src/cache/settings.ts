import fc from 'fast-check'

export interface Settings {
  /** Of the server that remembers. */
  readonly tokenCacheMaxEntries: number
  readonly clockToleranceSeconds: number
  readonly staleIfErrorSeconds: number
  readonly refreshCooldownSeconds: number
  readonly keySetMaxAgeSeconds: number
}

const DEFAULT_CACHE_ENTRIES = 10_000

/** With room for one or two, tokens are forgotten all the time. */
export const anySettings: fc.Arbitrary<Settings> = fc.record({
  tokenCacheMaxEntries: fc.constantFrom(DEFAULT_CACHE_ENTRIES, DEFAULT_CACHE_ENTRIES, 1, 2),
  clockToleranceSeconds: fc.constantFrom(5, 0),
  staleIfErrorSeconds: fc.constantFrom(3600, 60, 0),
  refreshCooldownSeconds: fc.constantFrom(5, 1, 30),
  keySetMaxAgeSeconds: fc.constantFrom(600, 60),
})
