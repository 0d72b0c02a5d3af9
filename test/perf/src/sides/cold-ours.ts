import { createResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import { type Pass, sideOfPasses } from '../measure/side-of-passes.ts'
import type { Fixtures } from '../tokens/fixtures.ts'
import { bytesOf, freshString } from '../tokens/fresh-strings.ts'
import { beginCheck } from './begin-check.ts'
import { readColdVariant } from './cold-variant.ts'
import { requestWith } from './request-with.ts'

/** Scopeward's whole check of requests with tokens that it has never seen: every pass has a server of its own. */
export default async function prepare({ issuer, audience, scope, tokens }: Fixtures, variant: string): Promise<Side> {
  const { algorithm, time, passes, warmUpPasses } = readColdVariant(variant)
  const { jwk, tokens: texts } = tokens[algorithm]
  const options = { issuer, audience, scopes: { [scope]: 'Read imports' }, jwks: { keys: [{ ...jwk }] } }
  const headers = bytesOf(texts.map(token => `Bearer ${token}`))
  const preparePass = async (): Promise<Pass<Buffer>> => {
    const server = createResourceServer(options)
    await server.ready()
    const begin = beginCheck(server.guard(scope))
    return { requests: headers, begin: (header, done) => begin(requestWith(freshString(header)), done) }
  }
  return sideOfPasses(passes, time, preparePass, warmUpPasses)
}
