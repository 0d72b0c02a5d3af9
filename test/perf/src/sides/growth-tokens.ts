import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { admit, drawBelow, sideOfChecks } from './growth-checks.ts'
import { type SigningIssuer, secretIssuer } from './growth-issuer.ts'

/**
 * Warm checks of tokens drawn from all that are cached.
 * @param variant how they are signed and how many there are, such as `HS256 1000`. RS256 is there to see that checks cost
 * the same under both: a million tokens can be signed by HS256 alone.
 */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const [algorithm, count] = variant.split(' ')
  const tokenCount = Number(count)
  const { audience, scope } = fixtures
  const { definition, tokenOf } = algorithm === 'RS256' ? fixtureIssuer(fixtures) : secretIssuer(fixtures)
  const server = createResourceServer({
    issuer: definition,
    audience,
    scopes: { [scope]: 'Read imports' },
    tokenCacheMaxEntries: tokenCount,
  })
  await admit(server, tokensOf(tokenOf, tokenCount))
  const guard = server.guard(scope)
  return sideOfChecks(() => ({ guard, token: tokenOf(drawBelow(tokenCount)) }))
}

/** One at a time, so that a million of them never stand in memory together. */
export function* tokensOf(tokenOf: SigningIssuer['tokenOf'], count: number): Generator<string> {
  for (let client = 0; client < count; client++) yield tokenOf(client)
}

function fixtureIssuer({ issuer, tokens }: Fixtures): SigningIssuer {
  const { jwk, tokens: texts } = tokens.RS256
  return { definition: { issuer, jwks: { keys: [{ ...jwk }] } }, tokenOf: client => texts[client] as string }
}
