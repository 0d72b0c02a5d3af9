import assert from 'node:assert/strict'
import fc from 'fast-check'
import { checkProperty } from '../check-property.ts'
import { Tally } from '../tally.ts'
import type { FuzzTarget } from '../target.ts'
import type { Options } from './apps.ts'
import { Credentials } from './credentials.ts'
import { frameworkDifferences } from './differences.ts'
import { type Answer, Pair } from './pair.ts'
import { anyDraft, type Draft, requestFrom } from './requests.ts'
import type { WireRequest } from './wire.ts'

const BATCH = 200
const ROTATE_SECONDS = 300

const CONFIGURATIONS: Readonly<Record<string, Partial<Options>>> = {
  'bearer tokens': {},
  'proofs accepted': { dpop: 'accepted' },
  'proofs required': {
    dpop: {
      mode: 'required',
      nonces: { secrets: ['a secret of the servers, 32 bytes+'], rotateSeconds: ROTATE_SECONDS },
    },
  },
}

/** The servers of every configuration, and one client of them all. */
interface Bench {
  readonly credentials: Credentials
  readonly pairs: ReadonlyMap<string, Pair>
  close(): Promise<void>
}

async function startBench(): Promise<Bench> {
  const credentials = await Credentials.create()
  const pairs = new Map<string, Pair>()
  for (const [name, added] of Object.entries(CONFIGURATIONS)) pairs.set(name, await Pair.start(credentials, added))
  await learnNonces(pairs, credentials, 'previous')
  credentials.clock.advance({ seconds: ROTATE_SECONDS })
  await learnNonces(pairs, credentials, 'current')
  const close = async (): Promise<void> => {
    for (const pair of pairs.values()) await pair.close()
    await credentials.issuer.stop()
  }
  return { credentials, pairs, close }
}

const ASKS_FOR_NONCE: Draft = {
  method: 'GET',
  target: '/read',
  version: '1.1',
  host: 'once',
  token: 'dpop',
  proof: 'good',
  nonce: 'none',
  lines: [
    { name: 'Authorization', colon: ': ', value: ['DPoP {token}'] },
    { name: 'DPoP', colon: ': ', value: ['{proof}'] },
  ],
  filling: 0,
  body: undefined,
  again: false,
}

async function learnNonces(
  pairs: ReadonlyMap<string, Pair>,
  credentials: Credentials,
  name: 'previous' | 'current',
): Promise<void> {
  for (const pair of pairs.values()) {
    const [answer] = await pair.send(await requestFrom(ASKS_FOR_NONCE, credentials, {}))
    const [nonce] = answer.seen.headers['dpop-nonce'] ?? []
    if (nonce !== undefined) pair.nonces[name] = nonce
  }
}

/** What both decided, in a word. @throws where it is not the same */
function compare(request: WireRequest, [express, fastify]: readonly [Answer, Answer]): string {
  for (const { seen } of [express, fastify]) assert(seen.status < 500 || seen.status === 503, `status ${seen.status}`)
  if (express.isUnrouted && fastify.isUnrouted) return 'answered by the framework'
  if (express.isUnrouted !== fastify.isUnrouted) {
    const difference = frameworkDifferences.find(({ appliesTo }) => appliesTo(request))
    assert(
      difference !== undefined,
      `${fastify.isUnrouted ? 'Express' : 'Fastify'} alone reaches a route: ${request.method} ${request.target}`,
    )
    return `routed by one: ${difference.name}`
  }
  assert.deepEqual(express.seen, fastify.seen, 'Express and Fastify')
  const [decision] = express.seen.decisions
  if (decision === undefined) return `${express.seen.status} without a guard`
  return 'code' in decision ? String(decision.code) : 'granted'
}

export const adapters: FuzzTarget = {
  name: 'adapters',
  promise: 'Whatever bytes a request is made of, Express and Fastify decide it alike and answer alike, byte for byte.',
  async run(budget) {
    const tally = new Tally()
    const bench = await startBench()
    const property = fc.asyncProperty(fc.constantFrom(...bench.pairs.keys()), anyDraft, async (name, draft) => {
      const pair = bench.pairs.get(name) as Pair
      const request = await requestFrom(draft, bench.credentials, pair.nonces)
      tally.count(compare(request, await pair.send(request)))
      if (draft.again) tally.count(`again: ${compare(request, await pair.send(request))}`)
    })
    try {
      return { inputs: await checkProperty(property, budget, BATCH), seen: tally.counts }
    } finally {
      await bench.close()
    }
  },
}
