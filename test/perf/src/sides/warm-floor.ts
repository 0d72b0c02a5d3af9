import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Side } from '../measure/side.ts'
import { PASSES, timePasses } from '../measure/time-passes.ts'
import type { Fixtures } from '../tokens/fixtures.ts'

/** What no cache of tokens can do without: SHA-256 of the token, and one look into a map that is bounded. */
export default async function prepare({ tokens }: Fixtures): Promise<Side> {
  const entries = new LRUCache<string, { readonly token: number }>({ max: 10_000 })
  const digestOf = (token: string) => hash('sha256', token, 'binary')
  for (const [index, token] of tokens.RS256.tokens.entries()) entries.set(digestOf(token), { token: index })
  return {
    measure: async () =>
      timePasses(tokens.RS256.tokens, PASSES, String, token => {
        if (entries.get(digestOf(token)) === undefined) throw new Error('A token that was stored is not found.')
      }),
  }
}
