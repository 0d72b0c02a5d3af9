import { testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { issuerForTest, readToken, twoIssuers } from '../../packages/core/test/support/test-issuers.ts'
import { expectGranted, expectRefused, three } from './support-several/three.ts'

describe('a tenant that the function knows is trusted, and nobody else', () => {
  test.each([
    ['at once', (definition: unknown) => definition],
    ['by a promise', async (definition: unknown) => definition],
    // biome-ignore lint/suspicious/noThenProperty: what libraries with promises of their own return
    ['by a thenable', (definition: unknown) => ({ then: (resolve: (value: unknown) => void) => resolve(definition) })],
  ])('%s', async (_how, give) => {
    const [a, b] = await twoIssuers()
    const known: Record<string, unknown> = { [a.issuer]: a.issuer, [b.issuer]: { issuer: b.issuer } }
    const both = await three({ issuer: ((iss: string) => give(known[iss])) as () => undefined })
    await expectGranted(both, await readToken(a), a.issuer)
    await expectGranted(both, await readToken(b), b.issuer)
    const crossed = await readToken(a, { claims: { iss: b.issuer } })
    await expectRefused(both, crossed, { code: 'signature_invalid', issuer: b.issuer })
    const fetchedBefore = both.fetched.length
    for (const iss of ['https://login.example.com', `${a.issuer}/`, a.issuer.toUpperCase()]) {
      const token = await readToken(a, { claims: { iss } })
      await expectRefused(both, token, { code: 'issuer_not_trusted', issuer: undefined })
    }
    expect(both.fetched.length).toBe(fetchedBefore)
    expect(await both.api.core.ready()).toEqual({ issuers: [] })
  })
})

test('tokens that say nothing by themselves are refused where a function finds the issuers', async () => {
  const a = await issuerForTest()
  const both = await three({ issuer: iss => iss })
  await expectGranted(both, await readToken(a), a.issuer)
  for (const token of [a.opaqueToken(), 'a.b', 'a.b.c.d.e']) {
    await expectRefused(both, token, { code: 'token_malformed', issuer: undefined })
  }
  expect(a.requests.introspection).toBe(0)
})

test('a function that fails is 503 with Retry-After, the reason is for operators alone, and it is asked again after the cool-down', async () => {
  const clock = testClock()
  const [a, b] = await twoIssuers({ clock })
  let isDown = false
  const resolve = (iss: string): string => {
    if (isDown) throw new Error('secret-5c1f')
    return iss
  }
  const both = await three({ issuer: resolve, clock })
  await expectGranted(both, await readToken(a), a.issuer)
  isDown = true
  const detail = { reason: 'the function "issuer" failed: it threw' }
  const expected = { code: 'issuer_unavailable', issuer: undefined, detail, retryAfter: '5' } as const
  await expectRefused(both, await readToken(b), expected)
  isDown = false
  await expectRefused(both, await readToken(b), expected)
  clock.advance({ seconds: 5 })
  await expectGranted(both, await readToken(b), b.issuer)
})
