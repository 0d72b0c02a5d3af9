import { type ForgeryName, forgeries, type TestAlgorithm } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { VERDICTS } from './catalogue.ts'
import { holdRows } from './hold-rows.ts'
import {
  answersTo,
  bearer,
  CANARY,
  expectAccepted,
  expectRefused,
  expectRefusedInProcess,
  useBench,
} from './support.ts'

holdRows()

const ALGORITHMS: readonly TestAlgorithm[] = ['RS256', 'ES256', 'Ed25519', 'PS256']
const bench = useBench(ALGORITHMS)

const inputFor = (algorithm: TestAlgorithm) => ({
  key: `key-${ALGORITHMS.indexOf(algorithm) + 1}`,
  scope: 'items:read items:write',
  claims: { canary: CANARY },
})

const existsFor = (name: ForgeryName, algorithm: TestAlgorithm): boolean =>
  forgeries[name].algorithms?.includes(algorithm) !== false

test('the table judges every forgery of @scopeward/testing and no other', () => {
  expect([...VERDICTS.keys()].sort()).toEqual(Object.keys(forgeries).sort())
})

const ROWS = [...VERDICTS].map(
  ([name, verdict]) => [forgeries[name].attack, name, forgeries[name].description, verdict] as const,
)

describe('refused by Express, Fastify, check() and verify(), under both engines', () => {
  test.each(ROWS.filter(([, , , verdict]) => !verdict.notOverHttp))('%s %s: %s', async (_, name, __, verdict) => {
    const algorithm = existsFor(name, 'RS256') ? 'RS256' : 'ES256'
    const input = inputFor(algorithm)
    await expectAccepted(bench, await bench.issuer.token(input))
    await expectRefused(bench, await bench.issuer.forge(name, input), verdict.code, verdict.verifyCode)
  })

  test.each(ROWS.filter(([, , , verdict]) => verdict.notOverHttp))('%s %s: %s', async (_, name, __, verdict) => {
    const input = inputFor('RS256')
    await expectAccepted(bench, await bench.issuer.token(input))
    const forged = await bench.issuer.forge(name, input)
    for (const { status } of await answersTo(bench, bearer(forged))) expect(status).toBe(400)
    await expectRefusedInProcess(bench, forged, verdict.code, verdict.verifyCode)
  })
})

describe.each(ALGORITHMS)('refused by check() and verify() under a key for %s, under both engines', algorithm => {
  test.each(ROWS.filter(([, name]) => existsFor(name, algorithm)))('%s %s: %s', async (_, name, __, verdict) => {
    const input = inputFor(algorithm)
    for (const { core } of bench.apis) await core.verify(await bench.issuer.token(input))
    const code = verdict.byAlgorithm?.[algorithm] ?? verdict.code
    await expectRefusedInProcess(bench, await bench.issuer.forge(name, input), code, verdict.verifyCode)
  })
})

test('NET1 not one of them made an API fetch the key set again', () => {
  expect(bench.issuer.requests.jwks).toBe(bench.apis.length * 3)
})
