import fc from 'fast-check'
import { checkProperty } from '../check-property.ts'
import { Tally } from '../tally.ts'
import type { FuzzTarget } from '../target.ts'
import { authorization } from './authorization.ts'
import { certificates, pairs } from './certificates.ts'
import { challenges, configurations } from './challenges.ts'
import { base64url, compact, json } from './encodings.ts'
import { proofs, proofsOfRequests } from './proofs.ts'
import { requestTargets } from './request-targets.ts'
import { origins, paths } from './uris.ts'

const BATCH = 2000

const cases = fc.oneof(
  authorization,
  base64url,
  compact,
  json,
  certificates,
  pairs,
  paths,
  origins,
  requestTargets,
  proofs,
  proofsOfRequests,
  challenges,
  configurations,
)

export const parsers: FuzzTarget = {
  name: 'parsers',
  promise:
    'Whatever text stands in a request, each parser answers or refuses, the same each time; what it accepts means what an independent reader finds in it, and its normal form is its own normal form.',
  async run(budget) {
    const tally = new Tally()
    const property = fc.asyncProperty(cases, async each => tally.count(await each.check()))
    return { inputs: await checkProperty(property, budget, BATCH), seen: tally.counts }
  },
}
