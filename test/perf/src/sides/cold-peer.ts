import type { Side } from '../measure/side.ts'
import { sideOfPasses } from '../measure/side-of-passes.ts'
import type { Begin } from '../measure/time-serial.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { bytesOf, freshString } from '../tokens/fresh-strings.ts'
import { readColdVariant } from './cold-variant.ts'

/** Another library, on RS256 tokens. It is given the bare token: headers are left to its caller. */
export function coldPeer({ tokens }: Fixtures, variant: string, begin: Begin<string>): Promise<Side> {
  const { time, passes, warmUpPasses } = readColdVariant(variant)
  const bytes = bytesOf(tokens.RS256.tokens)
  const beginFresh: Begin<Buffer> = (token, done) => begin(freshString(token), done)
  return sideOfPasses(passes, time, async () => ({ requests: bytes, begin: beginFresh }), warmUpPasses)
}
