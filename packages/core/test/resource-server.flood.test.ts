import { describe, expect, test } from 'vitest'
import { VerificationUnavailable } from '../src/errors/token-rejected.ts'
import type { Outcome } from '../src/guard.ts'
import type { ResourceServerOptions } from '../src/options/resource-server-options.ts'
import { createResourceServer } from '../src/resource-server.ts'
import type { MaybePromise } from '../src/shared/maybe-promise.ts'
import { requestWith, statusOf, summaryOf, tampered } from './support/requests.ts'
import { clientKey, ORIGIN, proofFor, sent } from './support/senders.ts'
import { nextTurn } from './support/signatures.ts'
import { keys, mint, optionsFor, type Scope } from './support/tokens.ts'

const KEY = await keys()
const WARM = await mint(KEY, { jti: 'warm' })
/** Many new tokens of many clients. */
const FRESH = await Promise.all(Array.from({ length: 12 }, (_, index) => mint(KEY, { jti: `fresh-${index}` })))
/** As many from somebody who has seen tokens: a known `kid`, and signatures that have to be checked to be refused. */
const FORGED = FRESH.map(token => tampered(token))

const SHED = ['signature_queue_full', 503]
const GRANTED = ['granted', 200]

/** A server whose queue has room for two, on which `WARM` was seen before. */
async function serverWith(changes: Partial<ResourceServerOptions<Scope>> = {}) {
  const server = createResourceServer(optionsFor(KEY, { signatureQueueMaxEntries: 2, ...changes }))
  const ask = (token: string) => server.check(requestWith(token), 'controls:read')
  expect(summaryOf(await ask(WARM))).toBe('granted')
  await nextTurn()
  return { server, ask }
}

const statusesOf = async (outcomes: readonly MaybePromise<Outcome>[]) => (await Promise.all(outcomes)).map(statusOf)

describe('many new tokens in one turn of the event loop', () => {
  test('the first is answered at once, two wait and are granted, and the rest are shed at once (RFC 9110 section 15.6.4)', async () => {
    const { ask } = await serverWith()
    const outcomes = FRESH.map(ask)
    expect(outcomes[0]).toMatchObject({ granted: true })
    expect(outcomes.slice(1, 3)).toEqual([expect.any(Promise), expect.any(Promise)])
    for (const shed of outcomes.slice(3)) {
      expect(shed).toEqual({
        granted: false,
        denial: {
          code: 'signature_queue_full',
          status: 503,
          headers: { 'Retry-After': '1', 'Cache-Control': 'no-store', 'Content-Type': 'application/problem+json' },
          body: '{"title":"Service Unavailable","status":503,"detail":"The access token cannot be checked right now"}',
        },
      })
    }
    expect(await statusesOf(outcomes)).toEqual([...Array(3).fill(GRANTED), ...Array(9).fill(SHED)])
  })

  test('with the jose engine two wait and are granted, and the rest are shed at once', async () => {
    const { ask } = await serverWith({ signatureEngine: 'jose' })
    const outcomes = FRESH.map(ask)
    expect(outcomes.slice(0, 2)).toEqual([expect.any(Promise), expect.any(Promise)])
    expect(outcomes.slice(2)).toMatchObject(Array(10).fill({ denial: { code: 'signature_queue_full' } }))
    expect(await statusesOf(outcomes)).toEqual([...Array(2).fill(GRANTED), ...Array(10).fill(SHED)])
  })

  test('by default a thousand wait, so that none of these is shed', async () => {
    const { ask } = await serverWith({ signatureQueueMaxEntries: undefined as never })
    expect(await statusesOf(FRESH.map(ask))).toEqual(FRESH.map(() => GRANTED))
  })

  test('a token that was shed is shed again while the queue is full, and granted after it has drained', async () => {
    const { ask } = await serverWith()
    const outcomes = FRESH.map(ask)
    const last = FRESH.at(-1) as string
    expect(statusOf(await ask(last))).toEqual(SHED)
    await Promise.all(outcomes)
    await nextTurn()
    for (const token of FRESH) expect(statusOf(await ask(token))).toEqual(GRANTED)
  })

  test('requests with one token share one place in the queue', async () => {
    const { ask } = await serverWith({ signatureQueueMaxEntries: 1 })
    const [atOnce, waits, shed] = FRESH as [string, string, string]
    const outcomes = [ask(atOnce), ...Array.from({ length: 20 }, () => ask(waits)), ask(shed)]
    expect(await statusesOf(outcomes)).toEqual([...Array(21).fill(GRANTED), SHED])
  })

  test('verify() says that the token cannot be checked, and when to ask again', async () => {
    const { server } = await serverWith()
    expect(await server.verify(FRESH[0] as string)).toMatchObject({ clientId: 'nightly-import' })
    await nextTurn()
    const [, ...others] = FRESH
    const settled = await Promise.allSettled(others.map(token => server.verify(token)))
    const reasons = settled.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    expect(reasons).toHaveLength(8)
    expect(reasons[0]).toBeInstanceOf(VerificationUnavailable)
    expect(reasons[0]).toMatchObject({ code: 'signature_queue_full', status: 503, retryAfterSeconds: 1 })
  })
})

describe('a flood of forged tokens with a known kid', () => {
  test.each(['node', 'jose'] as const)(
    'fills the queue, and a remembered token is still answered at once (%s)',
    async signatureEngine => {
      const { ask } = await serverWith({ signatureEngine })
      const outcomes = FORGED.map(ask)
      expect(ask(WARM)).toMatchObject({ granted: true })
      const last = outcomes.at(-1)
      expect(last).toMatchObject({ denial: { code: 'signature_queue_full' } })
      const begun = signatureEngine === 'node' ? 3 : 2
      expect(await statusesOf(outcomes)).toEqual([
        ...Array(begun).fill(['signature_invalid', 401]),
        ...Array(12 - begun).fill(SHED),
      ])
      expect(ask(WARM)).toMatchObject({ granted: true })
    },
  )

  test('sheds an honest new token too, which is granted when the flood is over', async () => {
    const { ask } = await serverWith()
    const flood = FORGED.map(ask)
    const honest = FRESH[0] as string
    expect(statusOf(await ask(honest))).toEqual(SHED)
    await Promise.all(flood)
    await nextTurn()
    expect(ask(honest)).toMatchObject({ granted: true })
  })

  test('leaves nothing behind: what was shed is neither remembered as bad nor as good', async () => {
    const { ask } = await serverWith()
    const mixed = FRESH.flatMap((token, index) => [FORGED[index] as string, token])
    const outcomes = await Promise.all(mixed.map(ask))
    expect(outcomes.map(statusOf).filter(([code]) => code === 'signature_queue_full')).toHaveLength(21)
    await nextTurn()
    for (const token of FORGED) expect(statusOf(await ask(token))).toEqual(['signature_invalid', 401])
    for (const token of FRESH) expect(statusOf(await ask(token))).toEqual(GRANTED)
  })

  test('that is refused before any signature is checked takes no place in the queue', async () => {
    const { ask } = await serverWith()
    const hopeless = await Promise.all(
      FRESH.map((_, index) => mint(KEY, { aud: 'https://other.example.com' }, { x: index })),
    )
    await nextTurn()
    const outcomes = [...hopeless, ...FRESH.slice(0, 3)].map(ask)
    expect(await statusesOf(outcomes)).toEqual([
      ...FRESH.map(() => ['audience_mismatch', 401]),
      ...Array(3).fill(GRANTED),
    ])
  })
})

test.each(['node', 'jose'] as const)(
  'tokens and proofs wait in one queue: a proof is shed while forged tokens fill it (%s)',
  async signatureEngine => {
    const client = await clientKey()
    const bound = await mint(KEY, { cnf: { jkt: client.thumbprint } })
    const { server, ask } = await serverWith({ signatureEngine, dpop: 'accepted', publicOrigin: ORIGIN })
    const askWith = (proof: string) => server.check(sent({ token: bound, proofs: [proof] }), 'controls:read')
    expect(statusOf(await askWith(await client.proof(proofFor(bound))))).toEqual(GRANTED)
    const proof = await client.proof(proofFor(bound))
    await nextTurn()
    const flood = FORGED.map(ask)
    expect(statusOf(await askWith(proof))).toEqual(SHED)
    await Promise.all(flood)
    await nextTurn()
    expect(statusOf(await askWith(proof))).toEqual(GRANTED)
  },
)

test('proofs of a remembered token are shed alike, and one that was shed is good afterwards (RFC 9449 section 11.1)', async () => {
  const client = await clientKey()
  const bound = await mint(KEY, { cnf: { jkt: client.thumbprint } })
  const { server } = await serverWith({ signatureQueueMaxEntries: 1, dpop: 'accepted', publicOrigin: ORIGIN })
  const ask = (proof: string) => server.check(sent({ token: bound, proofs: [proof] }), 'controls:read')
  expect(statusOf(await ask(await client.proof(proofFor(bound))))).toEqual(GRANTED)
  const proofs = await Promise.all([1, 2, 3, 4].map(() => client.proof(proofFor(bound))))
  await nextTurn()
  const outcomes = proofs.map(ask)
  expect(outcomes[0]).toMatchObject({ granted: true })
  expect(outcomes.slice(2)).toMatchObject(Array(2).fill({ denial: { code: 'signature_queue_full' } }))
  expect(await statusesOf(outcomes)).toEqual([GRANTED, GRANTED, SHED, SHED])
  await nextTurn()
  expect(statusOf(await ask(proofs[3] as string))).toEqual(GRANTED)
  expect(statusOf(await ask(proofs[3] as string))).toEqual(['dpop_proof_replayed', 401])
})
