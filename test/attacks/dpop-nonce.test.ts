import { describe, expect, test } from 'vitest'
import {
  ACCEPTED,
  expectDenied,
  expectGranted,
  expectWire,
  type Holder,
  holder,
  honestRequest,
  ORIGIN,
  proofOf,
  withProof,
} from '../sender/support.ts'
import { wireFor } from '../sender/wire.ts'
import { type RawRequest, type RawResponse, valuesOf } from '../support/raw-http.ts'
import type { Options } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { answersTo, type Bench, useBench } from './support.ts'

holdRows()

const SECRET = 'a secret of the servers, 32 bytes+'
const PREVIOUS = 'the secret of the servers until then'
const FOREIGN = 'the secret of other servers, also 32'
const REQUIRED = { code: 'dpop_nonce_required' } as const

function withNonces(...secrets: readonly string[]): Partial<Options> {
  return { ...ACCEPTED, dpop: { mode: 'accepted', nonces: { secrets, rotateSeconds: 300 } } }
}

/** The one nonce that all servers hand out in their challenge. */
async function challenged(bench: Bench, from: Holder, input = {}): Promise<string> {
  const answers = await expectDenied(bench, await honestRequest(from, input), REQUIRED)
  return oneNonce(answers)
}

function oneNonce(answers: readonly RawResponse[]): string {
  const nonces = answers.flatMap(answer => valuesOf(answer, 'dpop-nonce'))
  expect(nonces).toHaveLength(answers.length)
  expect(new Set(nonces).size).toBe(1)
  return nonces[0] as string
}

function noncesIn(answers: readonly RawResponse[]): readonly string[] {
  return answers.flatMap(answer => valuesOf(answer, 'dpop-nonce'))
}

describe('DP10: once nonces are asked for, no proof goes without (RFC 9449 sections 8, 9 and 11.3)', () => {
  const bench = useBench(['ES256'], withNonces(SECRET))
  const others = useBench(['ES256'], withNonces(FOREIGN))

  test('the challenge names one nonce of the grammar, and the client that puts it in is let in', async () => {
    const from = await holder(bench)
    const nonce = await challenged(bench, from)
    expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]{16,}$/)
    const answers = await expectGranted(bench, await honestRequest(from, { nonce }))
    expect(noncesIn(answers)).toEqual([])
    expect(await challenged(bench, from)).toBe(nonce)
  })

  test('a proof without a nonce is refused again and again, also after one with a nonce', async () => {
    const from = await holder(bench)
    const nonce = await challenged(bench, from)
    for (let round = 0; round < 3; round++) {
      await expectGranted(bench, await honestRequest(from, { nonce }))
      await challenged(bench, from)
    }
  })

  test('what is not to the letter a nonce of ours is none', async () => {
    const from = await holder(bench)
    const nonce = await challenged(bench, from)
    await expectGranted(bench, await honestRequest(from, { nonce }))
    const foreign = await challenged(others, await holder(others))
    const unlike: readonly unknown[] = [
      foreign,
      '',
      nonce.toUpperCase(),
      `${nonce}=`,
      ` ${nonce}`,
      nonce.slice(0, -1),
      `${nonce}${nonce}`,
      [nonce],
      [nonce, nonce],
      { nonce },
      { toString: nonce },
      null,
      true,
      0,
      'undefined',
      '__proto__',
      'constructor',
    ]
    for (const each of unlike) expect(await challenged(bench, from, { claims: { nonce: each } })).toBe(nonce)
    for (const name of ['Nonce', 'NONCE', 'nonce ', 'c_nonce', 'dpop-nonce']) {
      await challenged(bench, from, { claims: { [name]: nonce } })
    }
    await challenged(bench, from, { header: { nonce } })
  })

  test('a nonce in the header DPoP-Nonce of the request is none', async () => {
    const from = await holder(bench)
    const nonce = await challenged(bench, from)
    const { path, headers = [] } = await honestRequest(from)
    const request = { path: path as string, headers: [...headers, `DPoP-Nonce: ${nonce}`] }
    for (const answer of await answersTo(bench, request)) expectWire(answer, wireFor(REQUIRED.code))
  })

  test('nothing else about a proof is forgiven for its nonce, and no other refusal hands one out', async () => {
    const from = await holder(bench)
    const nonce = await challenged(bench, from)
    const now = bench.clock() / 1000
    const cases = [
      ['DP3', { nonce, claims: { jti: undefined } }],
      ['DP3', { nonce, claims: { iat: undefined } }],
      ['DP8', { nonce, method: 'POST' }],
      ['DP9', { nonce, url: `${ORIGIN}/other` }],
      ['DP11', { nonce, iat: now + 11 }],
      ['DP11', { nonce, claims: { exp: now - 60 } }],
      ['DP12', { nonce, claims: { ath: 'x' } }],
    ] as const
    for (const [check, input] of cases) {
      const answers = await expectDenied(bench, await honestRequest(from, input), { code: 'dpop_proof_invalid', check })
      expect(noncesIn(answers)).toEqual([])
    }
    const missing: RawRequest = { path: '/guarded', headers: [`Authorization: DPoP ${from.token}`] }
    expect(noncesIn(await expectDenied(bench, missing, { code: 'dpop_proof_missing' }))).toEqual([])
    expect(noncesIn(await answersTo(bench, { path: '/guarded' }))).toEqual([])
  })

  test('a replay with a nonce is a replay, and one jti is one with whatever nonce', async () => {
    const from = await holder(bench)
    const nonce = await challenged(bench, from)
    const request = await honestRequest(from, { nonce, jti: 'once' })
    await expectGranted(bench, request)
    await expectDenied(bench, request, { code: 'dpop_proof_replayed' })
    bench.clock.advance({ seconds: 300 })
    const later = await challenged(bench, from)
    expect(later).not.toBe(nonce)
    await expectDenied(bench, await honestRequest(from, { nonce: later, jti: 'once' }), { code: 'dpop_proof_replayed' })
  })

  test('a bearer token and a public route know nothing of nonces', async () => {
    const { token } = await bench.honest()
    const answers = await answersTo(bench, { path: '/guarded', headers: [`Authorization: Bearer ${token}`] })
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill(200))
    expect(noncesIn([...answers, ...(await answersTo(bench, { path: '/public' }))])).toEqual([])
  })
})

describe('DP11: a nonce lives for one to two spans, and then proofs that were made in advance are worth nothing', () => {
  const bench = useBench(['ES256'], withNonces(SECRET))

  test('an old one is good for one span more, with the newer one in the answer, and then for nothing', async () => {
    const from = await holder(bench, { expiresInSeconds: 86_400 })
    const first = await challenged(bench, from)
    const inAdvance = await Promise.all([1, 2, 3].map(() => proofOf(from, { nonce: first })))
    bench.clock.advance({ seconds: 300 })
    const answers = await expectGranted(bench, withProof(from.token, inAdvance[0] as string))
    const second = oneNonce(answers)
    expect(second).not.toBe(first)
    for (const answer of answers) expect(valuesOf(answer, 'cache-control')).toEqual(['no-store'])
    expect(noncesIn(await expectGranted(bench, await honestRequest(from, { nonce: second })))).toEqual([])
    bench.clock.advance({ seconds: 300 })
    const denied = await expectDenied(bench, withProof(from.token, inAdvance[1] as string), REQUIRED)
    expect([first, second]).not.toContain(oneNonce(denied))
    bench.clock.advance({ seconds: 3600 })
    await expectDenied(bench, withProof(from.token, inAdvance[2] as string), REQUIRED)
  })

  test('a proof with a good nonce may have any old iat, for clients without a good clock, and lives no longer', async () => {
    const from = await holder(bench, { expiresInSeconds: 86_400 })
    const nonce = await challenged(bench, from, { iat: 0 })
    const proof = await proofOf(from, { nonce, iat: 0 })
    const used = await proofOf(from, { nonce, iat: 0 })
    await expectGranted(bench, withProof(from.token, used))
    bench.clock.advance({ seconds: 590 })
    await expectDenied(bench, withProof(from.token, used), { code: 'dpop_proof_replayed' })
    bench.clock.advance({ seconds: 10 })
    await expectDenied(bench, withProof(from.token, used), REQUIRED)
    await expectDenied(bench, withProof(from.token, proof), REQUIRED)
  })
})

describe('DP10: while the secret is replaced, nonces of both are good, those of neither are not', () => {
  const before = useBench(['ES256'], withNonces(PREVIOUS))
  const during = useBench(['ES256'], withNonces(SECRET, PREVIOUS))
  const after = useBench(['ES256'], withNonces(SECRET))

  test('each server takes the ones it should, and hands out its own', async () => {
    const nonceOf = async (bench: Bench) => challenged(bench, await holder(bench))
    const [old, current] = [await nonceOf(before), await nonceOf(after)]
    expect(await nonceOf(during)).toBe(current)
    const from = await holder(during)
    expect(oneNonce(await expectGranted(during, await honestRequest(from, { nonce: old })))).toBe(current)
    expect(noncesIn(await expectGranted(during, await honestRequest(from, { nonce: current })))).toEqual([])
    const late = await holder(after)
    expect(await challenged(after, late, { nonce: old })).toBe(current)
  })
})
