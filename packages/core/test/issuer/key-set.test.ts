import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { KeySet } from '../../src/issuer/key-set.ts'
import type { KeyEvidence, VerificationKey } from '../../src/issuer/verification-key.ts'
import type { IssuerRules } from '../../src/options/issuer-rules.ts'
import { type DecodedToken, decodeToken } from '../../src/token/decode-token.ts'
import { rejectionFrom } from '../support/refusals.ts'
import { engineOf, nextTurn } from '../support/signatures.ts'
import { ISSUER, keys, type Members, mint, NOW, optionsFor, settableClock, type TestKey } from '../support/tokens.ts'
import { keySetOf, rulesOf } from '../support/verified.ts'

const [A, B] = [await keys('ES256', 'a'), await keys('ES256', 'b')]
/** As many under one `kid` as are tried, and one more. */
const SAME = await Promise.all(Array.from({ length: 5 }, () => keys('ES256', 'same')))

interface Rig {
  readonly rules: IssuerRules
  readonly keySet: KeySet
  readonly clock: ReturnType<typeof settableClock>
  /** What the issuer answers: these keys, or with this status. */
  readonly issuer: { answer: readonly TestKey[] | number; fetches: number }
}

/** Keys that are fresh for 300 seconds: a refresh is due after 240. */
function rig(answer: Rig['issuer']['answer']): Rig {
  const clock = settableClock()
  const issuer: Rig['issuer'] = { answer, fetches: 0 }
  const rules = rulesOf({
    ...optionsFor(A),
    jwks: undefined as never,
    jwksUri: 'https://login.example.com/jwks',
    clock: clock.read,
    fetch: async () => {
      issuer.fetches++
      if (typeof issuer.answer === 'number') return new Response(null, { status: issuer.answer })
      const jwks = { keys: issuer.answer.map(({ publicJwk }) => publicJwk as Members) }
      return Response.json(jwks, { headers: { 'Cache-Control': 'max-age=300' } })
    },
  })
  return { rules, keySet: keySetOf(rules, engineOf('node')), clock, issuer }
}

const tokenBy = async ({ rules }: Rig, key: TestKey): Promise<DecodedToken> =>
  decodeToken({ token: await mint(key) }, rules.algorithms)

async function selected(made: Rig, key: TestKey): Promise<readonly (string | undefined)[]> {
  const found = await made.keySet.select(await tokenBy(made, key))
  return found.map(({ kid }) => kid)
}

async function refused(made: Rig, key: TestKey): Promise<readonly unknown[]> {
  const token = await tokenBy(made, key)
  const { code, detail, retryAfterSeconds } = await rejectionFrom(() => made.keySet.select(token))
  return [code, detail, retryAfterSeconds]
}

async function evidenceOf(made: Rig, key: TestKey): Promise<KeyEvidence> {
  const [found] = await made.keySet.select(await tokenBy(made, key))
  return { kind: 'signed', keys: made.keySet, key: found as VerificationKey, kid: key.kid, validFrom: 0, validUntil: 0 }
}

describe('warm() fetches what is not there, and tells whether tokens can be checked', () => {
  test('available: fetched once, and not again while the keys are usable', async () => {
    const { keySet, issuer, clock } = rig([A])
    for (const seconds of [0, 10, 299]) {
      clock.seconds = NOW + seconds
      expect(await keySet.warm()).toEqual({ keySet: 'available' })
    }
    expect(issuer.fetches).toBe(1)
    clock.seconds = NOW + 300
    expect(await keySet.warm()).toEqual({ keySet: 'available' })
    expect(issuer.fetches).toBe(2)
  })

  test('unavailable, with the reason of the last failure; the cool-down holds for it too', async () => {
    const { keySet, issuer, clock } = rig(503)
    const failed = { keySet: 'unavailable', reason: 'the answer had status 503' }
    expect([await keySet.warm(), await keySet.warm()]).toEqual([failed, failed])
    expect(issuer.fetches).toBe(1)
    issuer.answer = [A]
    clock.seconds += 5
    expect(await keySet.warm()).toEqual({ keySet: 'available' })
  })

  test('empty, where there is nothing in it that can be used', async () => {
    const { keySet } = rig([])
    expect(await keySet.warm()).toEqual({ keySet: 'empty', reason: 'the key set has no key that can be used' })
  })
})

test('operators are told of each fetch, with the reason of a failure and when the next one may be', async () => {
  const events: unknown[] = []
  const record = (event: unknown): void => void events.push(event)
  subscribe('scopeward:key-set', record)
  onTestFinished(() => void unsubscribe('scopeward:key-set', record))
  const { keySet, issuer, clock } = rig(503)
  await keySet.warm()
  issuer.answer = [A]
  clock.seconds += 5
  await keySet.warm()
  expect(events).toEqual([
    { issuer: ISSUER, outcome: 'failed', reason: 'the answer had status 503', failures: 1, retryAfterSeconds: 5 },
    { issuer: ISSUER, outcome: 'refreshed', keys: 1, ignored: [], freshSeconds: 300 },
  ])
})

describe('a key that cannot be chosen', () => {
  test('is unknown where the issuer answers, and unavailable while it does not: it may have just been published', async () => {
    const made = rig([A])
    expect(await selected(made, A)).toEqual(['a'])
    expect(await refused(made, B)).toEqual(['key_unknown', undefined, undefined])
    made.clock.seconds += 5
    made.issuer.answer = 500
    expect(await refused(made, B)).toEqual(['keys_unavailable', undefined, 5])
    expect(await selected(made, A)).toEqual(['a'])
    expect(made.issuer.fetches).toBe(2)
    made.clock.seconds += 5
    made.issuer.answer = [A]
    expect(await refused(made, B)).toEqual(['key_unknown', undefined, undefined])
  })

  test('is unavailable where keys were never fetched', async () => {
    const made = rig(500)
    expect(await refused(made, A)).toEqual(['keys_unavailable', undefined, 5])
    made.issuer.answer = [A]
    made.clock.seconds += 4.999
    expect(await refused(made, A)).toEqual(['keys_unavailable', undefined, 1])
    expect(made.issuer.fetches).toBe(1)
    made.clock.seconds += 0.001
    expect(await selected(made, A)).toEqual(['a'])
  })

  test('is ambiguous among more than four under one kid', async () => {
    const made = rig(SAME.slice(0, 4))
    expect(await selected(made, SAME[0] as TestKey)).toEqual(['same', 'same', 'same', 'same'])
    made.issuer.answer = SAME
    made.clock.seconds += 300
    expect(await refused(made, SAME[0] as TestKey)).toEqual(['key_ambiguous', { keys: 5 }, undefined])
    expect(await made.keySet.selectReplacements(await tokenBy(made, SAME[0] as TestKey), [])).toEqual([])
  })
})

test('replacements are what was fetched since and has not been tried', async () => {
  const made = rig([A])
  const token = await tokenBy(made, A)
  const first = await made.keySet.select(token)
  expect(await made.keySet.selectReplacements(token, first)).toEqual([])
  const renewed: TestKey = { ...B, publicJwk: { ...B.publicJwk, kid: 'a' } }
  made.issuer.answer = [A, renewed]
  made.clock.seconds += 5
  const [replacement, ...others] = await made.keySet.selectReplacements(token, first)
  expect([replacement?.kid, others, first.includes(replacement as VerificationKey)]).toEqual(['a', [], false])
})

test('choosing a key starts the refresh that is due, and does not wait for it', async () => {
  const made = rig([A])
  const token = await tokenBy(made, A)
  const before = await made.keySet.select(token)
  made.clock.seconds = NOW + 239.999
  expect(made.keySet.select(token)).toBe(before)
  expect(made.issuer.fetches).toBe(1)
  made.clock.seconds = NOW + 240
  expect(made.keySet.select(token)).toBe(before)
  expect(made.issuer.fetches).toBe(2)
  await nextTurn()
})

describe('evidence that holds', () => {
  test('need not be asked about until a refresh is due, and its end comes with the next fetch', async () => {
    const made = rig([A])
    const evidence = await evidenceOf(made, A)
    made.clock.seconds += 10
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(true)
    expect([evidence.validFrom, evidence.validUntil]).toEqual([NOW * 1000, (NOW + 240) * 1000])
    made.issuer.answer = [B]
    expect(await selected(made, B)).toEqual(['b'])
    expect(evidence.validUntil).toBe(0)
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(false)
  })

  test('is asked about each time once a refresh is due', async () => {
    const made = rig([A])
    const evidence = await evidenceOf(made, A)
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(true)
    made.issuer.answer = 500
    made.clock.seconds = NOW + 240
    const late = { ...evidence, validFrom: 0, validUntil: 0 }
    expect(made.keySet.isCurrent(late, made.clock.read())).toBe(true)
    expect([late.validFrom, late.validUntil, made.issuer.fetches]).toEqual([0, 0, 2])
    await nextTurn()
  })

  test('ends with the keys: neither fresh nor stale ones are there for ever', async () => {
    const made = rig([A])
    const evidence = await evidenceOf(made, A)
    made.issuer.answer = 500
    made.clock.seconds = NOW + 300
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(false)
    await nextTurn()
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(true)
    made.clock.seconds = NOW + 300 + 3600
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(false)
    await nextTurn()
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(false)
  })

  test('is none with a key among more than four under its kid', async () => {
    const made = rig(SAME.slice(0, 4))
    const evidence = await evidenceOf(made, SAME[0] as TestKey)
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(true)
    made.issuer.answer = SAME
    made.clock.seconds += 300
    await made.keySet.warm()
    expect(made.keySet.isCurrent(evidence, made.clock.read())).toBe(false)
  })
})
