import type { FuzzTarget } from './target.ts'

/** By name, in the order in which they run. Loaded when they are wanted: two of them bring a web framework along. */
export const TARGETS: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  tokens: async () => (await import('./tokens/target.ts')).tokens,
  cache: async () => (await import('./cache/target.ts')).cache,
  adapters: async () => (await import('./adapters/target.ts')).adapters,
  parsers: async () => (await import('./parsers/target.ts')).parsers,
  'key-set': async () => (await import('./key-set/target.ts')).keySet,
}
