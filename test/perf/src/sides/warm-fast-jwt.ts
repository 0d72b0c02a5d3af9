import type { Side } from '../measure/side.ts'
import { PASSES, timePasses } from '../measure/time-passes.ts'
import { DISTINCT_TOKENS, type Fixtures } from '../tokens/fixtures.ts'
import { fastJwtVerifier } from './fast-jwt-verifier.ts'

/** fast-jwt with its cache of verified tokens. It is given the bare token: headers are left to its caller. */
export default async function prepare(fixtures: Fixtures): Promise<Side> {
  const verify = fastJwtVerifier(fixtures, DISTINCT_TOKENS * 2)
  const { tokens } = fixtures.tokens.RS256
  for (const token of tokens) verify(token)
  return { measure: async () => timePasses(tokens, PASSES, String, token => void verify(token)) }
}
