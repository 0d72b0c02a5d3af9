import { hash } from 'node:crypto'
import { createResourceServer } from '@scopeward/core'
import { LRUCache } from 'lru-cache'
import type { Side } from '../measure/side.ts'
import { timePasses } from '../measure/time-passes.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { admit, checkWarm } from './growth-checks.ts'
import { keyIssuer } from './growth-issuer.ts'
import { requestWith } from './request-with.ts'

const TOKENS = 1000
const PASSES = 30

/** Warm checks of tokens of one length, or their floor. @param variant such as `ours 4096` or `floor 4096`: bytes */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const [side, length] = variant.split(' ')
  const { definition, tokenOf } = keyIssuer({ ...fixtures, length: Number(length) })
  const tokens = Array.from({ length: TOKENS }, (_, client) => tokenOf(client))
  if (side === 'floor') return floorOf(tokens)
  const { audience, scope } = fixtures
  const server = createResourceServer({ issuer: definition, audience, scopes: { [scope]: 'Read imports' } })
  await admit(server, tokens)
  const guard = server.guard(scope)
  const headers = tokens.map(token => `Bearer ${token}`)
  return { measure: async () => timePasses(headers, PASSES, requestWith, request => checkWarm(guard, request)) }
}

/** As `warm-floor`: SHA-256 and one look into a bounded map. */
function floorOf(tokens: readonly string[]): Side {
  const digestOf = (token: string) => hash('sha256', token, 'binary')
  const entries = new LRUCache<string, string>({ max: 10_000 })
  for (const token of tokens) entries.set(digestOf(token), 'known')
  const lookUp = (token: string): void => {
    if (entries.get(digestOf(token)) === undefined) throw new Error('A token that was stored is not found.')
  }
  return { measure: async () => timePasses(tokens, PASSES, String, lookUp) }
}
