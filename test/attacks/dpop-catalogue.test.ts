import {
  createDpopKey,
  forgedKeys,
  honestProofNames,
  honestProofs,
  type ProofForgeryName,
  proofForgeries,
  proofUnder,
  type TestAlgorithm,
} from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { TAKEN, verdictOn } from '../sender/catalogue.ts'
import {
  ACCEPTED,
  about,
  checksOf,
  expectDenied,
  expectGranted,
  holder,
  honestRequest,
  testSenderAttacks,
  withProof,
} from '../sender/support.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256'], ACCEPTED)
const NAMES = (Object.keys(proofForgeries) as ProofForgeryName[]).filter(name => !TAKEN.includes(name))
const ROWS = NAMES.map(name => [proofForgeries[name].check, name, proofForgeries[name].description] as const)

describe('every forged proof is refused by Express, Fastify and check(), under both engines (RFC 9449 section 4.3)', () => {
  testSenderAttacks(
    bench,
    ROWS.map(([check, name, description]) => [
      `${check} ${name}: ${description}`,
      verdictOn(name),
      async from => withProof(from.token, await from.key.forge(name, about(from))),
    ]),
  )

  test.each(TAKEN)('%s is no forgery here, and good for one request like any other', async name => {
    const from = await holder(bench)
    const request = withProof(from.token, await from.key.forge(name, about(from)))
    await expectGranted(bench, request)
    await expectDenied(bench, request, { code: 'dpop_proof_replayed' })
  })
})

describe.each(['Ed25519', 'PS256'] as const satisfies readonly TestAlgorithm[])('under a key for %s', algorithm => {
  const existing = ROWS.filter(([, name]) => proofForgeries[name].algorithms?.includes(algorithm) !== false)
  const client = createDpopKey(algorithm, { clock: () => bench.clock() })

  test('every forged proof is refused by check(), under both engines', async () => {
    const key = await client
    const { token } = await bench.honest({ boundTo: key })
    const from = { key, token }
    for (const outcome of await checksOf(bench, await honestRequest(from))) expect(outcome.granted).toBe(true)
    for (const [, name] of existing) {
      const outcomes = await checksOf(bench, withProof(token, await key.forge(name, about(from))))
      for (const outcome of outcomes) expect([name, outcome.granted]).toEqual([name, false])
    }
    expect(existing.length).toBeGreaterThan(85)
  })
})

describe('every unusual spelling of an honest proof is accepted (RFC 9449 section 4.3, RFC 3986 section 6.2)', () => {
  const names = honestProofNames('https://api.example.com/guarded')
  test.each(names.map(name => [name, honestProofs[name].description] as const))('%s: %s', async name => {
    const from = await holder(bench)
    await expectGranted(bench, withProof(from.token, await from.key.honest(name, about(from))))
  })
})

describe('DP6: no token helps a key with which anybody could sign', () => {
  test.each(Object.entries(forgedKeys))('%s', async (_, forged) => {
    await expectGranted(bench, await honestRequest(await holder(bench)))
    const { token } = await bench.honest({ boundTo: forged })
    const clock = { clock: bench.clock }
    const outcomes = await checksOf(bench, withProof(token, proofUnder(forged, about({ token }), clock)))
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ granted: false, denial: { code: 'dpop_proof_invalid', status: 401 } })
    }
  })
})
