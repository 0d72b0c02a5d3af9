import { type TestIssuer, testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { findingBy } from '../support/tenants.ts'
import { issuerForTest, readToken, twoIssuers } from '../support/test-issuers.ts'

const lasting = (issuer: TestIssuer): Promise<string> => readToken(issuer, { expiresInSeconds: 1_000_000 })
const stranger = (issuer: TestIssuer, iss: string): Promise<string> =>
  readToken(issuer, { expiresInSeconds: 1_000_000, claims: { iss } })

test('names that no issuer can have are refused before the function is asked', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { ask, asked } = findingBy(iss => iss)
  expect(await ask(await readToken(a))).toBe('granted')
  const notNames: readonly unknown[] = [
    '',
    null,
    5,
    true,
    [],
    [a.issuer],
    { issuer: a.issuer },
    `${a.issuer}/${'x'.repeat(512)}`,
  ]
  for (const iss of notNames) {
    expect(await ask(await readToken(a, { claims: { iss } })), JSON.stringify(iss)).toBe('issuer_not_trusted')
  }
  expect(await ask(await readToken(a, { claims: { iss: undefined } }))).toBe('claim_missing')
  expect(asked).toEqual([a.issuer])
})

test('an unknown name is refused with 401 and no request to anywhere, and remembered for 30 seconds', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { ask, asked, clock, fetched } = findingBy(() => undefined)
  const token = await lasting(a)
  for (let i = 0; i < 3; i++) expect(await ask(token)).toBe('issuer_not_trusted')
  clock.advance({ seconds: 29.9 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  expect(asked).toEqual([a.issuer])
  clock.advance({ seconds: 0.1 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  expect(asked).toEqual([a.issuer, a.issuer])
  expect([fetched, a.requests.jwks, a.requests.metadata]).toEqual([[], 0, 0])
})

test('that a name is unknown is remembered for issuerCacheSeconds where that is shorter', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let isKnown = false
  const { ask, asked, clock } = findingBy(iss => (isKnown ? iss : null), { issuerCacheSeconds: 10 })
  const token = await lasting(a)
  expect(await ask(token)).toBe('issuer_not_trusted')
  isKnown = true
  clock.advance({ seconds: 9.9 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  clock.advance({ seconds: 0.1 })
  expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(2)
})

test('a tenant is asked for again beside requests when 80 % of issuerCacheSeconds are over, with the keys that are there', async () => {
  const a = await issuerForTest({ clock: testClock(), keySetMaxAgeSeconds: 86_400 })
  const { ask, asked, clock, fetched } = findingBy(iss => ({ issuer: iss, jwksUri: a.jwksUri }))
  const token = await lasting(a)
  for (let i = 0; i < 3; i++) expect(await ask(token)).toBe('granted')
  clock.advance({ seconds: 239.9 })
  expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(1)
  clock.advance({ seconds: 0.1 })
  expect(await ask(token)).toBe('granted')
  expect(await ask(await lasting(a))).toBe('granted')
  expect(asked.length).toBe(2)
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(3)
  expect(fetched).toEqual([a.jwksUri])
})

test('a tenant that is withdrawn takes its tokens with it, remembered ones too, and comes back with its return', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let isKnown = true
  const { ask, clock } = findingBy(iss => (isKnown ? iss : undefined))
  const token = await lasting(a)
  expect(await ask(token)).toBe('granted')
  isKnown = false
  clock.advance({ seconds: 299.9 })
  expect(await ask(token)).toBe('granted')
  clock.advance({ seconds: 0.1 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  expect(await ask(await lasting(a))).toBe('issuer_not_trusted')
  isKnown = true
  clock.advance({ seconds: 30 })
  expect(await ask(token)).toBe('granted')
})

test('a changed definition takes effect with the next answer, for remembered tokens too', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let definition: object = { issuer: a.issuer }
  const { ask, clock } = findingBy(() => definition)
  const token = await lasting(a)
  expect(await ask(token)).toBe('granted')
  definition = { issuer: a.issuer, audience: 'api-at-a' }
  expect(await ask(token)).toBe('granted')
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('audience_mismatch')
  definition = { issuer: a.issuer, algorithms: ['RS256'] }
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('algorithm_not_allowed')
  definition = { issuer: a.issuer }
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('granted')
})

describe.each<[string, object | null]>([
  ['a plain object', Object.prototype],
  ['an object without a prototype', null],
])('%s as definition', (_what, prototype) => {
  const definitionOf = (members: object): object => Object.assign(Object.create(prototype), members)

  test('takes effect with the next answer where it was changed in place', async () => {
    const a = await issuerForTest({ clock: testClock() })
    const definition = definitionOf({ issuer: a.issuer })
    const { ask, clock } = findingBy(() => definition)
    const token = await lasting(a)
    expect(await ask(token)).toBe('granted')
    Object.assign(definition, { audience: 'elsewhere' })
    expect(await ask(token)).toBe('granted')
    clock.advance({ seconds: 300 })
    expect(await ask(token)).toBe('audience_mismatch')
  })

  test('keeps the keys where another one says the same', async () => {
    const a = await issuerForTest({ clock: testClock(), keySetMaxAgeSeconds: 86_400 })
    const { ask, asked, clock, fetched } = findingBy(iss => definitionOf({ issuer: iss, jwksUri: a.jwksUri }))
    const token = await lasting(a)
    expect(await ask(token)).toBe('granted')
    clock.advance({ seconds: 300 })
    expect(await ask(token)).toBe('granted')
    expect(await ask(await lasting(a))).toBe('granted')
    expect([asked.length, fetched]).toEqual([2, [a.jwksUri]])
  })
})

test.each([10, 0])(
  'an expired token of a withdrawn tenant is refused for its issuer, not for its age, with tokenCacheMaxEntries %d',
  async tokenCacheMaxEntries => {
    const a = await issuerForTest({ clock: testClock() })
    let isKnown = true
    const { ask, clock } = findingBy(iss => (isKnown ? iss : undefined), { tokenCacheMaxEntries })
    const tokens = [
      await readToken(a, { expiresInSeconds: 100 }),
      await readToken(a, { expiresInSeconds: 100 }),
    ] as const
    for (const token of tokens) expect(await ask(token)).toBe('granted')
    isKnown = false
    clock.advance({ seconds: 299.9 })
    expect(await ask(tokens[0])).toBe('token_expired')
    clock.advance({ seconds: 0.1 })
    expect(await ask(tokens[1])).toBe('issuer_not_trusted')
  },
)

test('a tenant whose keys move elsewhere loses what was signed with the old ones', async () => {
  const [a, b] = await twoIssuers({ clock: testClock() })
  let jwksUri = a.jwksUri
  const { ask, clock, fetched } = findingBy(iss => ({ issuer: iss, jwksUri }))
  const byA = await lasting(a)
  const byB = await stranger(b, a.issuer)
  expect(await ask(byA)).toBe('granted')
  expect(await ask(byB)).toBe('signature_invalid')
  jwksUri = b.jwksUri
  clock.advance({ seconds: 300 })
  expect(await ask(byA)).toBe('signature_invalid')
  expect(await ask(byB)).toBe('granted')
  expect(fetched).toEqual([a.jwksUri, b.jwksUri])
})

test('a clock that is set back makes an answer old, never younger', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let isKnown = true
  const { ask, asked, clock } = findingBy(iss => (isKnown ? iss : undefined), { clockToleranceSeconds: 300 })
  const token = await lasting(a)
  expect(await ask(token)).toBe('granted')
  isKnown = false
  clock.advance({ seconds: -1 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  clock.advance({ seconds: -31 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  expect(asked.length).toBe(3)
})
