import { bytesOf, freshStrings } from '../tokens/fresh-strings.ts'

/** Over 2,000 tokens: 100 ms for each microsecond that one takes. */
export const PASSES = 50

/** A server uses a string right after its parser made it, so no more are made ahead than stay in the processor's cache. */
const MADE_AHEAD = 50

/**
 * Times passes over all tokens, each with new strings that are made off the clock, together with what `wrap` makes of them.
 * @param use must do its whole work before it returns
 * @returns nanoseconds per token
 */
export function timePasses<T>(
  tokens: readonly string[],
  passes: number,
  wrap: (token: string) => T,
  use: (wrapped: T) => void,
): number {
  const bytes = bytesOf(tokens)
  let nanoseconds = 0
  for (let pass = 0; pass < passes; pass++) {
    for (let from = 0; from < bytes.length; from += MADE_AHEAD) {
      const fresh = freshStrings(bytes.slice(from, from + MADE_AHEAD)).map(wrap)
      const begun = process.hrtime.bigint()
      for (const wrapped of fresh) use(wrapped)
      nanoseconds += Number(process.hrtime.bigint() - begun)
    }
  }
  return nanoseconds / (passes * tokens.length)
}
