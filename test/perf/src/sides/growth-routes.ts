import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { admit, drawFrom, sideOfChecks } from './growth-checks.ts'
import { keyIssuer } from './growth-issuer.ts'
import { scopeVocabulary } from './growth-vocabulary.ts'

const TOKENS = 1000
const SCOPES = 2000

/**
 * Warm checks on routes drawn at random, each with a guard and a scope of its own. The vocabulary is the same for any number
 * of routes, and so are the tokens: every caller may do everything. @param variant how many routes
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { widest, implied, scopes } = scopeVocabulary(SCOPES)
  const { definition, tokenOf } = keyIssuer({ ...fixtures, scope: widest })
  const server = createResourceServer({ issuer: definition, audience: fixtures.audience, scopes })
  const tokens = Array.from({ length: TOKENS }, (_, client) => tokenOf(client))
  await admit(server, tokens)
  const guards = implied.slice(0, Number(variant)).map(scope => server.guard(scope))
  return sideOfChecks(() => ({ guard: drawFrom(guards), token: drawFrom(tokens) }))
}
