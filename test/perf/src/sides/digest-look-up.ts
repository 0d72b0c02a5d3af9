import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Side } from '../measure/side.ts'
import { timePasses } from '../measure/time-passes.ts'

/** What no cache of tokens can do without: SHA-256 of the token, and one look into a map that is bounded. */
export function sideOfDigestLookUp(tokens: readonly string[], passes: number): Side {
  const entries = new LRUCache<string, { readonly token: number }>({ max: 10_000 })
  const digestOf = (token: string) => hash('sha256', token, 'binary')
  for (const [index, token] of tokens.entries()) entries.set(digestOf(token), { token: index })
  const lookUp = (token: string): void => {
    if (entries.get(digestOf(token)) === undefined) throw new Error('A token that was stored is not found.')
  }
  return { measure: async () => timePasses(tokens, passes, String, lookUp) }
}
