import type { IssuerDefinition } from '@scopeward/core'
import { expect, test } from 'vitest'
import { issuerForTest, readToken, twoIssuers } from '../../packages/core/test/support/test-issuers.ts'
import { AUDIENCE, checkOf, expectGranted, expectRefused, three } from './support-several/three.ts'

test('each issuer has its own audience, and the one of the resource server where it names none (RFC 8725 section 3.9)', async () => {
  const [a, b] = await twoIssuers()
  const own = ['api-at-a', 'api-at-a-2']
  const both = await three({ issuer: [{ issuer: a.issuer, audience: own }, b.issuer] })
  for (const audience of own) await expectGranted(both, await readToken(a, { audience }), a.issuer)
  await expectGranted(both, await readToken(b), b.issuer)
  const mismatch = { code: 'audience_mismatch', detail: { audiences: 1 } } as const
  await expectRefused(both, await readToken(a, { audience: AUDIENCE }), { ...mismatch, issuer: a.issuer })
  await expectRefused(both, await readToken(b, { audience: 'api-at-a' }), { ...mismatch, issuer: b.issuer })
})

test('each issuer has its own algorithms, and those of another do not count (RFC 8725 section 3.1)', async () => {
  const [a, b] = await twoIssuers()
  await a.rotateKeys({ algorithm: 'ES384' })
  await b.rotateKeys({ algorithm: 'ES384' })
  const both = await three({ issuer: [{ issuer: a.issuer, algorithms: ['ES384'] }, b.issuer] })
  await expectGranted(both, await readToken(a), a.issuer)
  await expectGranted(both, await readToken(b, { key: 'key-1' }), b.issuer)
  const fetchedBefore = both.fetched.length
  const notAllowed = { code: 'algorithm_not_allowed' } as const
  await expectRefused(both, await readToken(a, { key: 'key-1' }), { ...notAllowed, issuer: a.issuer })
  await expectRefused(both, await readToken(b), { ...notAllowed, issuer: b.issuer })
  expect(both.fetched.length).toBe(fetchedBefore)
})

test('an algorithm that no issuer uses is refused before anybody asks whose token it is', async () => {
  const [a, b] = await twoIssuers()
  const both = await three({ issuer: [a.issuer, b.issuer] })
  await expectGranted(both, await readToken(a), a.issuer)
  const byES512 = await issuerForTest({ algorithm: 'ES512' })
  const token = await readToken(byES512, { claims: { iss: a.issuer } })
  await expectRefused(both, token, { code: 'algorithm_not_allowed', issuer: undefined })
})

test('each issuer has its own profile: what one may leave out another must have (RFC 9068 sections 2.2 and 4)', async () => {
  const [a, b] = await twoIssuers()
  const both = await three({ issuer: [{ issuer: a.issuer, profile: 'plainJwt' }, b.issuer] })
  const plain = { header: { typ: 'JWT' }, claims: { client_id: undefined, jti: undefined } }
  await expectGranted(both, await readToken(a, plain), a.issuer)
  await expectGranted(both, await readToken(b), b.issuer)
  const expected = { code: 'type_not_accepted', issuer: b.issuer, detail: { fittingProfile: 'plainJwt' } } as const
  await expectRefused(both, await readToken(b, plain), expected)
})

test('the same claims under two profiles give each token the privileges of its own issuer', async () => {
  const [a, b] = await twoIssuers()
  const profile = {
    name: 'our-login',
    basedOn: 'rfc9068',
    scopeClaims: [{ path: ['privileges'], form: 'array' }],
  } as const
  const issuers: readonly IssuerDefinition[] = [{ issuer: a.issuer, profile }, b.issuer]
  const both = await three({ issuer: issuers })
  const input = { claims: { privileges: ['items:read'], scope: undefined } }
  await expectGranted(both, await a.token(input), a.issuer)
  await expectGranted(both, await readToken(b), b.issuer)
  const outcome = await checkOf(both.api, await b.token(input))
  expect(outcome.granted ? 'granted' : outcome.denial.code).toBe('insufficient_scope')
  expect(both.events.denied.at(-1)).toMatchObject({ code: 'insufficient_scope', issuer: b.issuer })
})

test('a change to the list and its members after the start changes nothing', async () => {
  const [a, b] = await twoIssuers()
  const ofA = { issuer: a.issuer, audience: [AUDIENCE] }
  const issuers = [ofA]
  const one = await three({ issuer: issuers })
  await expectGranted(one, await readToken(a), a.issuer)
  issuers.push({ issuer: b.issuer, audience: [AUDIENCE] })
  ofA.audience.push('elsewhere')
  ofA.issuer = b.issuer
  await expectRefused(one, await readToken(b), { code: 'issuer_not_trusted', issuer: a.issuer })
  await expectRefused(one, await readToken(a, { audience: 'elsewhere' }), {
    code: 'audience_mismatch',
    issuer: a.issuer,
    detail: { audiences: 1 },
  })
  await expectGranted(one, await readToken(a), a.issuer)
})
