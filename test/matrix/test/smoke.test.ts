import { expect, test } from 'vitest'
import { compare } from '../src/smoke/compare.ts'
import { isHonest, withFixtures } from '../src/smoke/fixtures.ts'
import { judge } from '../src/smoke/judge.ts'

test('what Bun and Deno are asked: every forgery under the default algorithms, an honest token under each, keys given and fetched', async () => {
  await withFixtures(async fixtures => {
    const expected = await judge(fixtures, 'node')
    const found = await judge(fixtures, 'jose')
    const rows = fixtures.tokens.length * 2
    expect(rows).toBeGreaterThan(700)
    expect(compare(fixtures, expected, found)).toEqual({ passed: rows, failed: 0, skipped: 0, failures: [] })

    const honest = fixtures.tokens.findIndex(isHonest)
    const forged = fixtures.tokens.findIndex(sample => !isHonest(sample))
    const wrong = {
      given: found.given.with(honest, ['token_expired', 'token_expired']).with(forged, ['granted', 'token_malformed']),
      fetched: found.fetched.with(forged, ['token_expired', 'token_expired']),
    }
    expect(compare(fixtures, expected, wrong)).toMatchObject({ passed: rows - 3, failed: 3 })
    expect(compare(fixtures, wrong, wrong)).toMatchObject({ passed: rows - 2, failed: 2 })
  })
})
