import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import { timePasses } from '../measure/time-passes.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { sideOfDigestLookUp } from './digest-look-up.ts'
import { admit, checkWarm } from './growth-checks.ts'
import { keyIssuer } from './growth-issuer.ts'
import { requestWith } from './request-with.ts'

const TOKENS = 1000
const PASSES = 30

/** Warm checks of tokens of one length, or their floor. @param variant such as `ours 4096` or `floor 4096`: bytes */
export default async function prepare(fixtures: Fixtures, variant: string): Promise<Side> {
  const [side, length] = variant.split(' ')
  const { definition, tokenOf } = keyIssuer({ ...fixtures, length: Number(length) })
  const tokens = Array.from({ length: TOKENS }, (_, client) => tokenOf(client))
  if (side === 'floor') return sideOfDigestLookUp(tokens, PASSES)
  const { audience, scope } = fixtures
  const server = createResourceServer({ issuer: definition, audience, scopes: { [scope]: 'Read imports' } })
  await admit(server, tokens)
  const guard = server.guard(scope)
  const headers = tokens.map(token => `Bearer ${token}`)
  return { measure: async () => timePasses(headers, PASSES, requestWith, request => checkWarm(guard, request)) }
}
