import type { DenialCode } from '@scopeward/core'
import { type ForgedKey, type ForgedKeyName, forgedKeys, type PublishedJwk } from '@scopeward/testing'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { forgedJwks, goodKeys } from './forged-jwks.ts'
import { holdRows } from './hold-rows.ts'
import { compact, signBytes, signerOf } from './mint.ts'
import { answersTo, bearer, CANARY, expectAccepted, expectRefused, useBench } from './support.ts'

holdRows()

const bench = useBench(['RS256', 'ES256'])
const INPUT = { scope: 'items:read', claims: { canary: CANARY } }

/** Publishes these members beside the honest keys, and makes every API fetch the set. */
async function publish(...members: readonly unknown[]): Promise<void> {
  const { issuer, apis, events, clock } = bench
  issuer.publish({ keys: [...members, ...issuer.keys.map(key => key.publicJwk)] })
  clock.advance({ seconds: 6 })
  events.clear()
  const unknown = await issuer.forge('kid-unknown')
  await answersTo(bench, bearer(unknown))
  for (const { core } of apis) await expect(core.verify(unknown)).rejects.toMatchObject({ code: 'key_unknown' })
  expect(events.keySet.map(event => event.outcome)).toEqual(Array(6).fill('refreshed'))
}

/** For each key set that was fetched, how many keys it has, and the reasons for those that were left aside. */
function fetched() {
  return bench.events.keySet.map(event =>
    event.outcome === 'refreshed'
      ? { keys: event.keys, reasons: event.ignored.map(each => each.ignored) }
      : event.reason,
  )
}

async function expectUnusable(forged: ForgedKey, code: DenialCode): Promise<void> {
  await publish(forged.jwk)
  expect(fetched()).toEqual(Array(6).fill({ keys: 2, reasons: [expect.any(String)] }))
  await expectAccepted(bench, (await bench.honest()).token)
  await expectRefused(bench, await bench.issuer.tokenUnder(forged, INPUT), code)
}

describe('a good key that is published beside the others is used', () => {
  test.each(goodKeys.map(key => [key.attack, key.description, key] as const))('%s %s', async (_, __, key) => {
    await publish(key.jwk)
    await expectAccepted(bench, await bench.issuer.tokenUnder(key, INPUT))
  })
})

describe('a key that is published and should not be is left aside, the others are not', () => {
  const CODES: Readonly<Record<ForgedKeyName, DenialCode>> = {
    rsa1024: 'key_unknown',
    rsaExponentOne: 'key_unknown',
    rsaExponentThree: 'key_unknown',
    rsaExponentEven: 'key_unknown',
    rsaExponentHuge: 'key_unknown',
    rsaModulusHuge: 'key_unknown',
    rsaRoca: 'key_unknown',
    ed25519LowOrder: 'key_unknown',
    ed25519NonCanonical: 'key_unknown',
    p256OffCurve: 'key_unknown',
    p256LongCoordinate: 'key_unknown',
    privateMembers: 'key_unknown',
    symmetric: 'algorithm_not_allowed',
    useEnc: 'key_unknown',
    keyOpsWithoutVerify: 'key_unknown',
  }

  test('the table judges every forged key of @scopeward/testing', () => {
    expect(Object.keys(CODES).sort()).toEqual(Object.keys(forgedKeys).sort())
  })

  const names = Object.keys(CODES) as ForgedKeyName[]
  test.each(names.map(name => [forgedKeys[name].attack, name, forgedKeys[name].description] as const))(
    '%s %s: %s',
    (_, name) => expectUnusable(forgedKeys[name], CODES[name]),
  )

  test.each(forgedJwks.map(key => [key.attack, key.description, key] as const))('%s %s', (_, __, key) =>
    expectUnusable(key, 'key_unknown'),
  )

  test('KEY4 kid as a number: not even the token that spells it as text finds it', async () => {
    const numbered = goodKeys[0]!
    await expectUnusable({ ...numbered, jwk: { ...numbered.jwk, kid: 1 }, sign: numbered.sign }, 'header_not_accepted')
    const honest = await bench.honest()
    await expectRefused(
      bench,
      compact(honest, { header: { ...honest.header, kid: '1' }, sign: numbered.sign }),
      'key_unknown',
    )
  })

  test('KEY13 members that are no objects', async () => {
    await publish(null, 5, 'key', [], true)
    await expectAccepted(bench, (await bench.honest()).token)
  })
})

describe('a key whose JWK has no alg', () => {
  const withoutAlg = ({ alg: _, ...jwk }: PublishedJwk) => ({ ...jwk, kid: 'no-alg' })

  test('ALG4 is used for the first algorithm of the list that fits it, and for no other (CVE-2026-22817, CVE-2026-22818)', async () => {
    const honest = await bench.honest()
    const { key, header } = honest
    await publish(withoutAlg(key.publicJwk))
    const signedBy = (alg: 'RS256' | 'PS256' | 'RS512') => (input: string) => signBytes(input, key.privateKey, alg)
    const accepted = { ...header, alg: 'RS256', kid: 'no-alg' }
    await expectAccepted(bench, compact(honest, { header: accepted, sign: signedBy('RS256') }))
    for (const [alg, code] of [
      ['PS256', 'key_unknown'],
      ['RS512', 'algorithm_not_allowed'],
      ['HS256', 'algorithm_not_allowed'],
      ['ES256', 'key_unknown'],
      ['Ed25519', 'key_unknown'],
    ] as const) {
      const sign = alg === 'RS512' || alg === 'PS256' ? signedBy(alg) : signerOf(key)
      await expectRefused(bench, compact(honest, { header: { ...header, alg, kid: 'no-alg' }, sign }), code)
    }
  })
})

describe('KEY6 keys with one kid (RFC 7517 section 4.5, FAPI 2.0 section 5.4)', () => {
  test('alg chooses where it can', async () => {
    const [rsa, ec] = bench.issuer.keys.map(({ publicJwk }) => ({ ...publicJwk, kid: 'shared' }))
    await publish(rsa, ec)
    for (const key of ['key-1', 'key-2']) {
      const honest = await bench.honest({ key })
      await expectAccepted(bench, compact(honest, { header: { ...honest.header, kid: 'shared' } }))
    }
  })

  test('the few that fit are tried, and a forged token verifies under none', async () => {
    const honest = await bench.honest()
    await publish({ ...goodKeys[0]?.jwk, kid: 'key-1' })
    await expectAccepted(bench, honest.token)
    await expectRefused(bench, compact(honest, { sign: () => Buffer.alloc(256, 1) }), 'signature_invalid')
  })

  test('more than four are not tried, so that a forged token does not cost as many signature checks', async () => {
    const honest = await bench.honest()
    const others = await Promise.all([1, 2, 3, 4].map(() => generateKeyPair('RS256', { extractable: true })))
    const jwks = await Promise.all(others.map(({ publicKey }) => exportJWK(publicKey)))
    await publish(...jwks.slice(1).map(jwk => ({ ...jwk, kid: 'key-1' })))
    await expectAccepted(bench, honest.token)
    await publish(...jwks.map(jwk => ({ ...jwk, kid: 'key-1' })))
    await expectRefused(bench, honest.token, 'key_ambiguous')
    await publish()
    await expectAccepted(bench, honest.token)
  })

  test('the same key twice is one key', async () => {
    await publish(bench.issuer.keys[0]?.publicJwk)
    await expectAccepted(bench, (await bench.honest()).token)
  })
})
