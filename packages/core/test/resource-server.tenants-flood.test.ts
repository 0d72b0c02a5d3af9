import { type TestIssuer, testClock } from '@scopeward/testing'
import { expect, test } from 'vitest'
import { findingBy } from './support/tenants.ts'
import { issuerForTest, readToken, twoIssuers } from './support/test-issuers.ts'

const MONTH = { expiresInSeconds: 2_592_000 } as const

/** Tokens that name one issuer each, and none that there is. */
function madeUpTokens(signer: TestIssuer, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `https://made-up-${i}.example`)
  return Promise.all(names.map(iss => readToken(signer, { claims: { iss } })))
}

test('requests that come at once with new tokens of one tenant make one question', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { ask, asked, fetched } = findingBy(async iss => ({ issuer: iss, jwksUri: a.jwksUri }))
  const tokens = await Promise.all(Array.from({ length: 200 }, () => readToken(a)))
  expect(new Set(await Promise.all(tokens.map(ask)))).toEqual(new Set(['granted']))
  expect([asked, fetched]).toEqual([[a.issuer], [a.jwksUri]])
})

test('requests that come at once with an unknown name make one question', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { ask, asked } = findingBy(async () => undefined)
  const tokens = await Promise.all(Array.from({ length: 200 }, () => readToken(a)))
  expect(new Set(await Promise.all(tokens.map(ask)))).toEqual(new Set(['issuer_not_trusted']))
  expect(asked).toEqual([a.issuer])
})

test('ten thousand made-up names push no tenant out and fetch nothing', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { ask, asked, fetched } = findingBy(iss => (iss === a.issuer ? { issuer: iss, jwksUri: a.jwksUri } : undefined))
  const token = await readToken(a)
  expect(await ask(token)).toBe('granted')
  // Whose signature does not matter: a name is looked up before any key is.
  const [header, , signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())
  for (let i = 0; i < 10_000; i++) {
    const payload = JSON.stringify({ ...claims, iss: `https://made-up-${i}.example` })
    expect(await ask(`${header}.${Buffer.from(payload).toString('base64url')}.${signature}`)).toBe('issuer_not_trusted')
  }
  expect(asked.length).toBe(10_001)
  expect(await ask(token)).toBe('granted')
  expect(await ask(await readToken(a))).toBe('granted')
  expect(asked.length).toBe(10_001)
  expect(fetched).toEqual([a.jwksUri])
}, 60_000)

test('issuerCacheMaxEntries bounds what is kept: the tenant not seen for longest goes, and is asked for when it comes again', async () => {
  const clock = testClock()
  const [[a, b], c] = [await twoIssuers({ clock }), await issuerForTest({ clock })]
  const { ask, asked } = findingBy(iss => iss, { issuerCacheMaxEntries: 2 })
  const [ofA, ofB, ofC] = [await readToken(a), await readToken(b), await readToken(c)]
  for (const token of [ofA, ofB, ofA, ofC]) expect(await ask(token)).toBe('granted')
  expect(asked).toEqual([a.issuer, b.issuer, c.issuer])
  expect([a, b, c].map(({ requests }) => requests.jwks)).toEqual([1, 1, 1])
  for (const token of [ofA, ofC]) expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(3)
  expect(await ask(ofB)).toBe('granted')
  expect(asked.length).toBe(4)
  expect([a, b, c].map(({ requests }) => requests.jwks)).toEqual([1, 2, 1])
})

test('made-up names that the function never answers for do not stop those that are known', async () => {
  const [a, b] = await twoIssuers({ clock: testClock() })
  const waiting: (() => void)[] = []
  const { ask, clock } = findingBy(
    iss => (iss === a.issuer ? iss : new Promise<undefined>(resolve => waiting.push(() => resolve(undefined)))),
    { fetchTimeoutSeconds: 60 },
  )
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  const flood = (await madeUpTokens(b, 1200)).map(ask)
  expect(await ask(await readToken(a, MONTH))).toBe('granted')
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('granted')
  for (const answer of waiting) answer()
  const answers = await Promise.all(flood)
  expect(new Set(answers)).toEqual(new Set(['issuer_not_trusted', 'issuer_unavailable']))
})

test('made-up names that the function never answers for do not keep a withdrawn tenant from being refused', async () => {
  const [a, b] = await twoIssuers({ clock: testClock() })
  const waiting: (() => void)[] = []
  let isKnown = true
  const { ask, clock } = findingBy(
    iss => {
      if (iss === a.issuer) return isKnown ? iss : undefined
      return new Promise<undefined>(resolve => waiting.push(() => resolve(undefined)))
    },
    { fetchTimeoutSeconds: 60 },
  )
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  isKnown = false
  clock.advance({ seconds: 300 })
  const flood = (await madeUpTokens(b, 1200)).map(ask)
  expect(await ask(token)).toBe('issuer_not_trusted')
  expect(waiting.length).toBe(1000)
  for (const answer of waiting) answer()
  await Promise.all(flood)
})
