import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { admit, checkWarm } from './growth-checks.ts'
import { secretIssuer } from './growth-issuer.ts'
import { tokensOf } from './growth-tokens.ts'
import { requestWith } from './request-with.ts'

/**
 * What a cached token takes, a new server each time: everything that is there after the tokens were admitted and was not
 * before, server and outside of the heap included. Run with `--expose-gc`. @param variant how many tokens
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const tokenCount = Number(variant)
  const { audience, scope } = fixtures
  const { definition, tokenOf } = secretIssuer(fixtures)
  return {
    measure: async () => {
      const before = await occupiedBytes()
      const server = createResourceServer({
        issuer: definition,
        audience,
        scopes: { [scope]: 'Read imports' },
        tokenCacheMaxEntries: tokenCount,
      })
      await admit(server, tokensOf(tokenOf, tokenCount))
      const after = await occupiedBytes()
      // Only what is asked here shows that the first token is still remembered, and keeps the server until then.
      checkWarm(server.guard(scope), requestWith(`Bearer ${tokenOf(0)}`))
      return (after - before) / tokenCount
    },
  }
}

async function occupiedBytes(): Promise<number> {
  for (let time = 0; time < 2; time++) {
    globalThis.gc?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
