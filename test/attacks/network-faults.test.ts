import { type Fault, faults } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { startServer } from '../outage/servers.ts'
import { valuesOf } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import {
  answersTo,
  type Bench,
  bearer,
  expectAccepted,
  expectRefused,
  ownKeys,
  restarted,
  useBench,
} from './support.ts'

holdRows()

/** Has its keys from the options: what it asks the issuer for, even beside requests, would be counted with the rest. */
const bench = useBench(['ES256'], async issuer => ownKeys(issuer))

/** Six servers trust the issuer: two frameworks and `check()`, with two engines each. */
const SERVERS = 6

/** What each fault of the test issuer is to an API that asks it for documents. */
const ATTACKS: Readonly<Record<Exclude<Fault, 'empty'>, string>> = {
  down: 'NET12 the connection is closed',
  error: 'NET12 the answer is 500',
  unavailable: 'NET12 the answer is 503',
  'not-found': 'NET12 the answer is 404',
  reset: 'NET12 the connection is reset half-way',
  slow: 'NET3 there is no answer',
  'slow-body': 'NET3 the answer stops half-way',
  huge: 'NET4 the answer has no end',
  'gzip-bomb': 'NET4 the answer unfolds to 50 MiB',
  redirect: 'NET5 the answer leads elsewhere',
  html: 'NET7 the answer is a web page',
  'invalid-json': 'NET7 the answer is broken JSON',
  'wrong-json': 'NET7 the answer is other JSON',
  'many-keys': 'NET7 the answer has 10,000 keys',
  'wrong-issuer': 'NET8 the answer names another issuer',
}

type Target = 'metadata' | 'jwks'

/** Where the fault exists: by default at both. */
const ONLY_AT: Partial<Record<Fault, Target>> = { 'many-keys': 'jwks', 'wrong-issuer': 'metadata' }

const ROWS = (Object.keys(ATTACKS) as (keyof typeof ATTACKS)[]).flatMap(fault => {
  const targets = (['metadata', 'jwks'] as const).filter(target => (ONLY_AT[fault] ?? target) === target)
  return targets.map(target => [ATTACKS[fault], target, fault] as const)
})

/** For what never ends by itself; the others get the default. */
const deadline = (fault: Fault) => (fault.startsWith('slow') ? { fetchTimeoutSeconds: 0.4 } : {})

/** 503 everywhere, with the time to wait, and never 401: the token may be good. */
async function expectUnavailable(within: Bench, token: string): Promise<void> {
  await expectRefused(within, token, 'keys_unavailable')
  for (const answer of await answersTo(within, bearer(token))) {
    expect([answer.status, valuesOf(answer, 'retry-after')]).toEqual([503, [expect.stringMatching(/^[1-9]\d?$/)]])
  }
}

/** On a busy machine the true answer may miss a short deadline too: the next back-off is another chance. */
async function isServedAfterBackOff(within: Bench, token: string): Promise<boolean> {
  bench.clock.advance({ seconds: 60 })
  const answers = await answersTo(within, bearer(token))
  const verdicts = await Promise.allSettled(within.apis.map(({ core }) => core.verify(token)))
  return answers.every(({ status }) => status === 200) && verdicts.every(({ status }) => status === 'fulfilled')
}

describe("NET3, NET4, NET5, NET7, NET8, NET12: at the start the issuer's documents cannot be had", () => {
  test('the table has every fault of the test issuer but the empty key set, which is one', () => {
    expect([...Object.keys(ATTACKS), 'empty'].sort()).toEqual(Object.keys(faults).sort())
  })

  test.each(ROWS)('%s, to who asks for %s: 503 until it is over, and then access', async (_, target, fault) => {
    const { token } = await bench.honest({ expiresInSeconds: 100_000 })
    await expectAccepted(bench, token)
    bench.issuer.setFault(fault, target)
    bench.issuer.resetRequests()
    const started = await restarted(bench, deadline(fault))
    await expectUnavailable(started, token)
    expect(bench.issuer.requests[target]).toBe(SERVERS)
    expect(bench.issuer.requests.redirected).toBe(0)
    bench.issuer.setFault(undefined)
    await expect.poll(() => isServedAfterBackOff(started, token), { timeout: 10_000 }).toBe(true)
    await expectAccepted(started, token)
  })

  test('NET7 an empty key set is one: 401, and access once it has a key', async () => {
    const { token } = await bench.honest({ expiresInSeconds: 100_000 })
    await expectAccepted(bench, token)
    bench.issuer.setFault('empty', 'jwks')
    const started = await restarted(bench)
    await expectRefused(started, token, 'key_unknown')
    bench.issuer.setFault(undefined)
    bench.clock.advance({ seconds: 60 })
    await expectAccepted(started, token)
  })

  test('NET12 an issuer that nobody reaches stops no server from starting', async () => {
    const { token } = await bench.honest({ expiresInSeconds: 100_000 })
    await expectAccepted(bench, token)
    const closed = await startServer((_, response) => void response.destroy())
    await expectUnavailable(await restarted(bench, { jwksUri: `${closed}/jwks` }), token)
  })
})

test('NET7 what the issuer sends in place of a key set is shown to nobody (SEEN6)', async () => {
  const { token } = await bench.honest({ expiresInSeconds: 100_000 })
  await expectAccepted(bench, token)
  for (const status of [200, 404, 500]) {
    const origin = await startServer((_, response) => void response.writeHead(status).end('internal-detail-5e1d'))
    const started = await restarted(bench, { jwksUri: `${origin}/jwks` })
    await expectUnavailable(started, token)
    const answers = await answersTo(started, bearer(token))
    expect(JSON.stringify([answers, bench.events])).not.toContain('internal-detail-5e1d')
  }
})
