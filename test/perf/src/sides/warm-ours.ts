import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import { PASSES, timePasses } from '../measure/time-passes.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { checkWarm } from './growth-checks.ts'
import { requestWith } from './request-with.ts'

/** Scopeward's whole check of a request whose token it has verified before, headers included. */
export default async function prepare({ issuer, audience, scope, tokens }: Fixtures): Promise<Side> {
  const server = createResourceServer({
    issuer,
    audience,
    scopes: { [scope]: 'Read imports' },
    jwks: { keys: [{ ...tokens.RS256.jwk }] },
  })
  const guard = server.guard(scope)
  for (const token of tokens.RS256.tokens) await guard.check(requestWith(`Bearer ${token}`))
  const headers = tokens.RS256.tokens.map(token => `Bearer ${token}`)
  return { measure: async () => timePasses(headers, PASSES, requestWith, request => checkWarm(guard, request)) }
}
