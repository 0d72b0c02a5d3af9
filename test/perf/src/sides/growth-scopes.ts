import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { admit, drawFrom, sideOfChecks } from './growth-checks.ts'
import { keyIssuer } from './growth-issuer.ts'
import { scopeVocabulary } from './growth-vocabulary.ts'

const TOKENS = 2000

/**
 * Warm checks of callers that have many scopes: their tokens name one, which implies the others, so that tokens are of the
 * same length for any number. The route requires the last one. @param variant how many scopes each of them has
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { widest, implied, scopes } = scopeVocabulary(Number(variant) - 1)
  const { definition, tokenOf } = keyIssuer({ ...fixtures, scope: widest })
  const server = createResourceServer({ issuer: definition, audience: fixtures.audience, scopes })
  const tokens = Array.from({ length: TOKENS }, (_, client) => tokenOf(client))
  await admit(server, tokens)
  const guard = server.guard(implied.at(-1) ?? widest)
  return sideOfChecks(() => ({ guard, token: drawFrom(tokens) }))
}
