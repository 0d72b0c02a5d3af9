import { createReplayStore, createResourceServer, type ReplayStore, type SeenProof } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import {
  ACCEPTED,
  expectDenied,
  expectGranted,
  holder,
  honestRequest,
  ORIGIN,
  resourceRequestOf,
  withProof,
} from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { AUDIENCE, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { answersTo, useBench } from './support.ts'

holdRows()

const REPLAYED = { code: 'dpop_proof_replayed' } as const

type Remember = (proof: SeenProof) => unknown

/** Stores of applications that do not keep their contract, by what `remember` does. */
const BROKEN: Readonly<Record<string, Remember>> = {
  throws: () => {
    throw new Error('down')
  },
  'throws undefined': () => {
    throw undefined
  },
  rejects: () => Promise.reject(new Error('down')),
  'rejects with undefined': () => Promise.reject(),
  'rejects later': () => new Promise((_, reject) => void setImmediate(reject, new Error('down'))),
  'returns undefined': () => undefined,
  'returns null': () => null,
  'returns 1, as SETNX does': () => 1,
  'returns 0, as SETNX does': () => 0,
  'returns OK, as SET NX does': () => 'OK',
  'returns a promise of OK': async () => 'OK',
  'returns a promise of 1': async () => 1,
  'returns a promise of undefined': async () => undefined,
  'returns a promise of a function': async () => () => true,
  'returns "true"': () => 'true',
  'returns new Boolean(true)': () => new Boolean(true),
  'returns a list': () => [true],
  'returns the proof': proof => proof,
  'returns a function': () => () => true,
  'returns a thenable that throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a broken store is the point
    then() {
      throw new Error('down')
    },
  }),
  'returns a thenable that rejects': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a broken store is the point
    then: (_: unknown, reject: (reason: unknown) => unknown) => void reject(new Error('down')),
  }),
  'returns a thenable whose then is a getter that throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a broken store is the point
    get then(): never {
      throw new Error('down')
    },
  }),
}

describe('a replay store that does not say true or false lets nobody in, and 503 is the answer', () => {
  let remember: Remember
  const replayStore = { remember: (proof: SeenProof) => remember(proof) } as ReplayStore
  const bench = useBench(['ES256'], async ({ signingKey }) => ({
    ...ACCEPTED,
    dpop: { mode: 'accepted' as const, replayStore },
    // Given, because the deadline is also that of fetching them, which a busy machine does not always keep.
    jwks: { keys: [signingKey.publicJwk] },
    fetchTimeoutSeconds: 0.5,
  }))
  const unavailable = { code: 'replay_store_unavailable' } as const

  test.each(Object.entries(BROKEN))('one that %s', async (_, broken) => {
    const from = await holder(bench)
    remember = () => true
    await expectGranted(bench, await honestRequest(from))
    remember = broken
    await expectDenied(bench, await honestRequest(from), unavailable)
  })

  test('one that never answers', async () => {
    const from = await holder(bench)
    remember = async () => true
    await expectGranted(bench, await honestRequest(from))
    remember = () => new Promise(() => undefined)
    await expectDenied(bench, await honestRequest(from), unavailable)
  })

  test('is asked last, and only about proofs that were good, by a hash', async () => {
    const from = await holder(bench)
    const asked: SeenProof[] = []
    remember = proof => {
      asked.push(proof)
      return Promise.resolve(true)
    }
    const iat = bench.clock() / 1000
    const refused = await Promise.all([
      ...[{ iat: iat - 100 }, { method: 'POST' }, { claims: { ath: 'x' } }].map(input => honestRequest(from, input)),
      from.key
        .forge('signature-tampered', { method: 'GET', url: `${ORIGIN}/guarded` })
        .then(bad => withProof(from.token, bad)),
    ])
    for (const request of refused) for (const { status } of await answersTo(bench, request)) expect(status).toBe(401)
    expect(asked).toEqual([])
    await expectGranted(bench, await honestRequest(from, { jti: 'secret-jti', iat }))
    const expected = { key: expect.stringMatching(/^[\w-]{43}$/), issuedAt: iat * 1000, expiresAt: iat * 1000 + 65_000 }
    expect(asked).toEqual(Array(6).fill(expected))
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1)
  })

  test('that says false says that the proof was seen', async () => {
    const from = await holder(bench)
    for (const answer of [() => false, async () => false]) {
      remember = answer
      await expectDenied(bench, await honestRequest(from), REPLAYED)
    }
  })
})

describe('a full store in memory fails closed (HTTP12)', () => {
  const bench = useBench(['ES256'])

  test('with 503 for every new proof, 401 for used ones, and room again when some have expired', async () => {
    const store = createReplayStore({ maxEntries: 3, clock: bench.clock })
    const server = createResourceServer({
      ...bench.issuer.options,
      ...ACCEPTED,
      audience: AUDIENCE,
      scopes: SCOPES,
      dpop: { mode: 'accepted', replayStore: store },
    })
    const from = await holder(bench)
    const verdict = async (request: RawRequest) => {
      const outcome = await server.check(resourceRequestOf(request), 'items:read')
      return outcome.granted ? 'granted' : outcome.denial.code
    }
    const requests = await Promise.all(Array.from({ length: 5 }, () => honestRequest(from)))
    const verdicts: string[] = []
    for (const request of [...requests, requests[0], requests[4]]) verdicts.push(await verdict(request as RawRequest))
    const unavailable = 'replay_store_unavailable'
    expect(verdicts).toEqual([...Array(3).fill('granted'), unavailable, unavailable, REPLAYED.code, unavailable])
    bench.clock.advance({ seconds: 65 })
    expect(await verdict(await honestRequest(from))).toBe('granted')
    bench.clock.advance({ seconds: -65 })
  })
})
