import type { Side } from '../measure/side.ts'
import { PASSES } from '../measure/time-passes.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { sideOfDigestLookUp } from './digest-look-up.ts'

/** The floor of a token that has been verified before. */
export default async function prepare({ tokens }: Fixtures): Promise<Side> {
  return sideOfDigestLookUp(tokens.RS256.tokens, PASSES)
}
