import { createResourceServer } from '@scopeward/core'
import { testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { active, json, startEndpoint, trusting } from './support/endpoint.ts'
import { createRig } from './support/rig.ts'
import { AUDIENCE, bearer, SCOPE } from './support/three-callers.ts'
import { expectGranted, unauthorized } from './support/verdicts.ts'

describe('an answer is believed for cacheSeconds at most (RFC 7662 section 4)', () => {
  test('10 seconds by default, by the clock of the options, and asked again after', async () => {
    const { callers, clock, issuer, token } = await createRig()
    const opaque = token()
    await expectGranted(callers, opaque)
    await expectGranted(callers, opaque)
    expect(issuer.requests.introspection).toBe(3)
    clock.advance({ seconds: 9.999 })
    await expectGranted(callers, opaque)
    expect(issuer.requests.introspection).toBe(3)
    clock.advance({ seconds: 0.001 })
    await expectGranted(callers, opaque)
    expect(issuer.requests.introspection).toBe(6)
  })

  test('a revoked token is refused as soon as the time is over', async () => {
    const { callers, clock, issuer, token } = await createRig({ introspection: { cacheSeconds: 60 } })
    const opaque = token()
    await expectGranted(callers, opaque)
    issuer.revoke(opaque)
    clock.advance({ seconds: 59 })
    await expectGranted(callers, opaque)
    clock.advance({ seconds: 1 })
    expect(await callers.ask(opaque)).toEqual(unauthorized('token_inactive'))
  })

  test('0 asks on every request, so that a revocation counts at once', async () => {
    const { callers, issuer, token } = await createRig({ introspection: { cacheSeconds: 0 } })
    const opaque = token()
    for (let round = 1; round <= 3; round++) {
      await expectGranted(callers, opaque)
      expect(issuer.requests.introspection).toBe(3 * round)
    }
    issuer.revoke(opaque)
    expect(await callers.ask(opaque)).toEqual(unauthorized('token_inactive'))
    expect(await callers.ask(opaque)).toEqual(unauthorized('token_inactive'))
    expect(issuer.requests.introspection).toBe(15)
  })

  test('counted from the question: an answer that was long under way is not believed longer', async () => {
    const endpoint = await startEndpoint()
    const clock = testClock()
    const api = createResourceServer({ ...trusting(endpoint), audience: AUDIENCE, scopes: { [SCOPE]: 'Read' }, clock })
    const code = async () => {
      const outcome = await api.check(bearer('opaque'), SCOPE)
      return outcome.granted ? 'granted' : outcome.denial.code
    }
    const now = clock() / 1000
    endpoint.reply = () => {
      clock.advance({ seconds: 4 })
      return json(active({ iat: now, exp: now + 3600 }))
    }
    expect(await code()).toBe('granted')
    endpoint.reply = () => json({ active: false })
    clock.advance({ seconds: 5.999 })
    expect(await code()).toBe('granted')
    expect(endpoint.asked.length).toBe(1)
    clock.advance({ seconds: 0.001 })
    expect(await code()).toBe('token_inactive')
  })

  test('never past exp, though the issuer still says active', async () => {
    const { callers, clock, token } = await createRig({
      introspection: { cacheSeconds: 300 },
      api: { clockToleranceSeconds: 0 },
    })
    const exp = clock() / 1000 + 20
    const opaque = token({ introspection: { exp } })
    await expectGranted(callers, opaque)
    clock.advance({ seconds: 19.999 })
    await expectGranted(callers, opaque)
    clock.advance({ seconds: 0.001 })
    expect(await callers.ask(opaque)).toEqual(unauthorized('token_expired'))
    expect(await callers.ask(opaque)).toEqual(unauthorized('token_expired'))
  })

  test('a clock that steps back makes no answer older than it is, and asks again', async () => {
    const { callers, clock, issuer, token } = await createRig({ api: { clockToleranceSeconds: 300 } })
    const opaque = token()
    await expectGranted(callers, opaque)
    clock.advance({ seconds: -30 })
    await expectGranted(callers, opaque)
    expect(issuer.requests.introspection).toBe(6)
  })

  test('also without a cache of verified tokens, which then remembers nothing', async () => {
    const { callers, issuer, token } = await createRig({
      api: { tokenCacheMaxEntries: 0 },
      introspection: { cacheSeconds: 60 },
    })
    const opaque = token()
    await expectGranted(callers, opaque)
    await expectGranted(callers, opaque)
    expect(issuer.requests.introspection).toBe(6)
  })
})

describe('that a token is not active is believed as long', () => {
  test('so that a client which keeps sending it costs one question', async () => {
    const { callers, clock, issuer, token } = await createRig({ introspection: { cacheSeconds: 20 } })
    await expectGranted(callers, token())
    issuer.resetRequests()
    const madeUp = 'never-issued'
    for (const seconds of [0, 10, 9.999]) {
      clock.advance({ seconds })
      expect(await callers.ask(madeUp)).toEqual(unauthorized('token_inactive'))
    }
    expect(issuer.requests.introspection).toBe(3)
    clock.advance({ seconds: 0.001 })
    expect(await callers.ask(madeUp)).toEqual(unauthorized('token_inactive'))
    expect(issuer.requests.introspection).toBe(6)
  })

  test('and no longer: a token whose time has come is granted then', async () => {
    const { callers, clock, token } = await createRig({ introspection: { cacheSeconds: 20 } })
    const nbf = clock() / 1000 + 15
    const early = token({ claims: { nbf } })
    expect(await callers.ask(early)).toEqual(unauthorized('token_inactive'))
    clock.advance({ seconds: 19 })
    expect(await callers.ask(early)).toEqual(unauthorized('token_inactive'))
    clock.advance({ seconds: 1 })
    await expectGranted(callers, early)
  })

  test('a clock that steps back asks again', async () => {
    const { callers, clock, issuer } = await createRig()
    expect(await callers.ask('never-issued')).toEqual(unauthorized('token_inactive'))
    clock.advance({ seconds: -1 })
    expect(await callers.ask('never-issued')).toEqual(unauthorized('token_inactive'))
    expect(issuer.requests.introspection).toBe(6)
  })

  test('a clock that steps back brings no answer of before back', async () => {
    const { callers, clock, issuer, token } = await createRig()
    const opaque = token()
    await expectGranted(callers, opaque)
    clock.advance({ seconds: 10 })
    issuer.revoke(opaque)
    expect(await callers.ask(opaque)).toEqual(unauthorized('token_inactive'))
    for (const seconds of [-1, -8, 5]) {
      clock.advance({ seconds })
      expect(await callers.ask(opaque)).toEqual(unauthorized('token_inactive'))
    }
  })

  test('of 0 seconds asks each time', async () => {
    const { callers, issuer } = await createRig({ introspection: { cacheSeconds: 0 } })
    await callers.ask('never-issued')
    await callers.ask('never-issued')
    expect(issuer.requests.introspection).toBe(6)
  })
})

test('tokens are told apart to the letter: what one may do is never said of another (CVE-2026-35039)', async () => {
  const { callers, token } = await createRig({ introspection: { cacheSeconds: 300 } })
  const [mine, other] = [token({ scope: 'reports:read' }), token({ clientId: 'other', scope: 'reports:write' })]
  await expectGranted(callers, mine)
  expect((await callers.ask(other)).code).toBe('insufficient_scope')
  await expectGranted(callers, mine)
  for (const alike of [`${mine}=`, mine.slice(0, -1), `${mine}A`, `-${mine.slice(1)}`, mine.toLowerCase()]) {
    expect(await callers.ask(alike)).toEqual(unauthorized('token_inactive'))
  }
})
