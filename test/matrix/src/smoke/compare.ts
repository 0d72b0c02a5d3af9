import type { Ran } from '../cell.ts'
import { isHonest } from './fixtures.ts'
import type { Fixtures, Judgement, Verdict } from './judge.ts'

const GRANTED: Verdict = ['granted', 'granted']

/**
 * Counts verdicts that are right. The codes that are expected are those of Node with `node:crypto`, which the attack suite
 * holds token by token; that honest tokens are granted and forged ones are not is demanded of both.
 */
export function compare(fixtures: Fixtures, expected: Judgement, found: Judgement): Omit<Ran, 'versions'> {
  const failures = (['given', 'fetched'] as const).flatMap(source =>
    fixtures.tokens.flatMap((sample, index) => {
      const [right, actual] = [expected[source][index], found[source][index]]
      if (actual !== undefined && isRight(isHonest(sample), actual) && String(actual) === String(right)) return []
      return [`${sample.name} | keys ${source} | ${actual}, expected ${isHonest(sample) ? GRANTED : right}`]
    }),
  )
  return { passed: fixtures.tokens.length * 2 - failures.length, failed: failures.length, skipped: 0, failures }
}

function isRight(honest: boolean, verdict: Verdict): boolean {
  return honest ? String(verdict) === String(GRANTED) : !verdict.includes('granted')
}
