import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import { sideOfPasses } from '../measure/side-of-passes.ts'
import { timeSerial } from '../measure/time-serial.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { beginCheck } from './begin-check.ts'
import { admit, drawFrom, sideOfChecks } from './growth-checks.ts'
import { keyIssuer, type SigningIssuer } from './growth-issuer.ts'
import { requestWith } from './request-with.ts'

const TOKENS = 10_000
const COLD_CHECKS = 1000

/**
 * Checks of 10,000 tokens, drawn at random, that come from one issuer or from many, each with a key of its own.
 * @param variant how many issuers; with ` cold`, no token is remembered
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const { audience, scope } = fixtures
  const [count, cold] = variant.split(' ')
  const issuers = Array.from({ length: Number(count) }, (_, index) =>
    keyIssuer({ ...fixtures, issuer: `https://login.example.com/${String(index).padStart(5, '0')}` }),
  )
  const tokens = Array.from({ length: TOKENS }, (_, index) =>
    (issuers[index % issuers.length] as SigningIssuer).tokenOf(index),
  )
  const server = createResourceServer({
    issuer: issuers.map(({ definition }) => definition),
    audience,
    scopes: { [scope]: 'Read imports' },
    tokenCacheMaxEntries: cold === undefined ? TOKENS : 0,
  })
  const guard = server.guard(scope)
  if (cold === undefined) {
    await admit(server, tokens)
    return sideOfChecks(() => ({ guard, token: drawFrom(tokens) }))
  }
  await server.ready()
  return sideOfPasses(1, timeSerial, async () => ({
    requests: Array.from({ length: COLD_CHECKS }, () => requestWith(`Bearer ${drawFrom(tokens)}`)),
    begin: beginCheck(guard),
  }))
}
