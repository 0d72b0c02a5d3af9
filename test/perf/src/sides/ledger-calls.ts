import { createResourceServer, type Guard, type UsageRecorder } from '@scopeward/core'
import { createUsageRecorder } from '@scopeward/usage'
import type { Side } from '../measure/side.ts'
import type { Fixtures } from '../tokens/fixtures.ts'

const CALLS = 1_000_000

/** Routes of each client, each with a guard of its own. */
const ROUTES = 10

/**
 * Calls of the recorder alone, for the callers and routes of an API. @param variant `nothing`: a recorder that counts
 * nothing, for what the loop itself takes
 */
export default async function prepare({ issuer, audience, scope, tokens }: Fixtures, variant: string): Promise<Side> {
  const scopes = { [scope]: 'Read imports' }
  const jwks = { keys: [{ ...tokens.RS256.jwk }] }
  const server = createResourceServer({ issuer, audience, scopes, jwks })
  const callers: Awaited<ReturnType<typeof server.verify>>[] = []
  for (const token of tokens.RS256.tokens) callers.push(await server.verify(token))
  const routes = Array.from({ length: ROUTES }, (_, index) => ({
    guard: server.guard(scope) as Guard,
    place: { method: 'GET', route: `/imports/${index}` },
  }))
  const recorder =
    variant === 'nothing' ? NOTHING : createUsageRecorder({ sink: { write: async () => undefined }, scopes })
  return {
    measure: async () => {
      const begun = process.hrtime.bigint()
      for (let call = 0; call < CALLS; call++) {
        const { guard, place } = routes[call % ROUTES] as (typeof routes)[number]
        recorder.granted(callers[(call * 7919) % callers.length] as (typeof callers)[number], place, guard)
      }
      return Number(process.hrtime.bigint() - begun) / CALLS
    },
  }
}

const NOTHING: UsageRecorder = { granted: () => undefined, denied: () => undefined }
