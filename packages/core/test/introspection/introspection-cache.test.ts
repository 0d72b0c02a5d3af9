import { testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { asking, codeOf, createRig } from '../support/introspecting.ts'
import { active, json, startEndpoint } from '../support/introspection-endpoint.ts'

describe('an answer is believed for cacheSeconds at most (RFC 7662 section 4)', () => {
  test('10 seconds by default, by the clock of the options, and asked again after', async () => {
    const { ask, clock, issuer, token } = await createRig()
    const opaque = token()
    expect(await ask(opaque)).toBe('granted')
    expect(await ask(opaque)).toBe('granted')
    expect(issuer.requests.introspection).toBe(1)
    clock.advance({ seconds: 9.999 })
    expect(await ask(opaque)).toBe('granted')
    expect(issuer.requests.introspection).toBe(1)
    clock.advance({ seconds: 0.001 })
    expect(await ask(opaque)).toBe('granted')
    expect(issuer.requests.introspection).toBe(2)
  })

  test('a revoked token is refused as soon as the time is over', async () => {
    const { ask, clock, issuer, token } = await createRig({ cacheSeconds: 60 })
    const opaque = token()
    expect(await ask(opaque)).toBe('granted')
    issuer.revoke(opaque)
    clock.advance({ seconds: 59 })
    expect(await ask(opaque)).toBe('granted')
    clock.advance({ seconds: 1 })
    expect(await ask(opaque)).toBe('token_inactive')
  })

  test('0 asks on every request, so that a revocation counts at once', async () => {
    const { ask, issuer, token } = await createRig({ cacheSeconds: 0 })
    const opaque = token()
    for (let round = 1; round <= 3; round++) {
      expect(await ask(opaque)).toBe('granted')
      expect(issuer.requests.introspection).toBe(round)
    }
    issuer.revoke(opaque)
    expect(await ask(opaque)).toBe('token_inactive')
    expect(await ask(opaque)).toBe('token_inactive')
    expect(issuer.requests.introspection).toBe(5)
  })

  test('counted from the question: an answer that was long under way is not believed longer', async () => {
    const endpoint = await startEndpoint()
    const clock = testClock()
    const api = asking(endpoint, {}, { clock })
    const code = () => codeOf(api, 'opaque')
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
    const { ask, clock, token } = await createRig({ cacheSeconds: 300 }, { clockToleranceSeconds: 0 })
    const exp = clock() / 1000 + 20
    const opaque = token({ introspection: { exp } })
    expect(await ask(opaque)).toBe('granted')
    clock.advance({ seconds: 19.999 })
    expect(await ask(opaque)).toBe('granted')
    clock.advance({ seconds: 0.001 })
    expect(await ask(opaque)).toBe('token_expired')
    expect(await ask(opaque)).toBe('token_expired')
  })

  test('a clock that steps back makes no answer older than it is, and asks again', async () => {
    const { ask, clock, issuer, token } = await createRig({}, { clockToleranceSeconds: 300 })
    const opaque = token()
    expect(await ask(opaque)).toBe('granted')
    clock.advance({ seconds: -30 })
    expect(await ask(opaque)).toBe('granted')
    expect(issuer.requests.introspection).toBe(2)
  })

  test('also without a cache of verified tokens, which then remembers nothing', async () => {
    const { ask, issuer, token } = await createRig({ cacheSeconds: 60 }, { tokenCacheMaxEntries: 0 })
    const opaque = token()
    expect(await ask(opaque)).toBe('granted')
    expect(await ask(opaque)).toBe('granted')
    expect(issuer.requests.introspection).toBe(2)
  })
})

describe('that a token is not active is believed as long', () => {
  test('so that a client which keeps sending it costs one question', async () => {
    const { ask, clock, issuer, token } = await createRig({ cacheSeconds: 20 })
    expect(await ask(token())).toBe('granted')
    issuer.resetRequests()
    const madeUp = 'never-issued'
    for (const seconds of [0, 10, 9.999]) {
      clock.advance({ seconds })
      expect(await ask(madeUp)).toBe('token_inactive')
    }
    expect(issuer.requests.introspection).toBe(1)
    clock.advance({ seconds: 0.001 })
    expect(await ask(madeUp)).toBe('token_inactive')
    expect(issuer.requests.introspection).toBe(2)
  })

  test('and no longer: a token whose time has come is granted then', async () => {
    const { ask, clock, token } = await createRig({ cacheSeconds: 20 })
    const nbf = clock() / 1000 + 15
    const early = token({ claims: { nbf } })
    expect(await ask(early)).toBe('token_inactive')
    clock.advance({ seconds: 19 })
    expect(await ask(early)).toBe('token_inactive')
    clock.advance({ seconds: 1 })
    expect(await ask(early)).toBe('granted')
  })

  test('a clock that steps back asks again', async () => {
    const { ask, clock, issuer } = await createRig()
    expect(await ask('never-issued')).toBe('token_inactive')
    clock.advance({ seconds: -1 })
    expect(await ask('never-issued')).toBe('token_inactive')
    expect(issuer.requests.introspection).toBe(2)
  })

  test('a clock that steps back brings no answer of before back', async () => {
    const { ask, clock, issuer, token } = await createRig()
    const opaque = token()
    expect(await ask(opaque)).toBe('granted')
    clock.advance({ seconds: 10 })
    issuer.revoke(opaque)
    expect(await ask(opaque)).toBe('token_inactive')
    for (const seconds of [-1, -8, 5]) {
      clock.advance({ seconds })
      expect(await ask(opaque)).toBe('token_inactive')
    }
  })

  test('of 0 seconds asks each time', async () => {
    const { ask, issuer } = await createRig({ cacheSeconds: 0 })
    await ask('never-issued')
    await ask('never-issued')
    expect(issuer.requests.introspection).toBe(2)
  })
})

test('tokens are told apart to the letter: what one may do is never said of another (CVE-2026-35039)', async () => {
  const { ask, token } = await createRig({ cacheSeconds: 300 })
  const [mine, other] = [token({ scope: 'reports:read' }), token({ clientId: 'other', scope: 'reports:write' })]
  expect(await ask(mine)).toBe('granted')
  expect(await ask(other)).toBe('insufficient_scope')
  expect(await ask(mine)).toBe('granted')
  for (const alike of [`${mine}=`, mine.slice(0, -1), `${mine}A`, `-${mine.slice(1)}`, mine.toLowerCase()]) {
    expect(await ask(alike)).toBe('token_inactive')
  }
})
