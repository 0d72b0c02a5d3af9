import { testClock } from '@scopeward/testing'
import { expect, test } from 'vitest'
import { readToken, twoIssuers } from '../../packages/core/test/support/test-issuers.ts'
import { expectGranted, expectRefused, three } from './support-several/three.ts'

test('CL9 a token of one issuer that is signed by the same kid of another is refused (RFC 8725 section 3.8)', async () => {
  const [a, b] = await twoIssuers()
  const both = await three({ issuer: [a.issuer, b.issuer] })
  expect(a.signingKey.kid).toBe(b.signingKey.kid)
  await expectGranted(both, await readToken(a), a.issuer)
  await expectGranted(both, await readToken(b), b.issuer)
  const crossed = { code: 'signature_invalid' } as const
  await expectRefused(both, await readToken(a, { key: b.signingKey }), { ...crossed, issuer: a.issuer })
  await expectRefused(both, await readToken(b, { key: a.signingKey }), { ...crossed, issuer: b.issuer })
})

test('CL9 a token that one issuer signs in the name of another is refused (RFC 8725 section 3.8)', async () => {
  const [a, b] = await twoIssuers()
  const both = await three({ issuer: [{ issuer: a.issuer }, { issuer: b.issuer }] })
  await expectGranted(both, await readToken(a), a.issuer)
  const inTheNameOfB = await readToken(a, { claims: { iss: b.issuer } })
  await expectRefused(both, inTheNameOfB, { code: 'signature_invalid', issuer: b.issuer })
  const byUnknownKid = await readToken(a, { claims: { iss: b.issuer }, header: { kid: 'key-2' } })
  await expectRefused(both, byUnknownKid, { code: 'key_unknown', issuer: b.issuer })
})

test('CL9 a token without kid is checked under the keys of its own issuer alone', async () => {
  const [a, b] = await twoIssuers()
  const both = await three({ issuer: [a.issuer, b.issuer] })
  await expectGranted(both, await readToken(a, { header: { kid: undefined } }), a.issuer)
  const forged = await readToken(a, { claims: { iss: b.issuer }, header: { kid: undefined } })
  await expectRefused(both, forged, { code: 'signature_invalid', issuer: b.issuer })
})

test('CL9 a kid that only another issuer has is unknown', async () => {
  const [a, b] = await twoIssuers()
  await b.rotateKeys()
  const both = await three({ issuer: [a.issuer, b.issuer] })
  await expectGranted(both, await readToken(b), b.issuer)
  await expectGranted(both, await readToken(a), a.issuer)
  const forged = await readToken(b, { claims: { iss: a.issuer } })
  await expectRefused(both, forged, { code: 'key_unknown', issuer: a.issuer })
})

test('CL9, CL17 remembered tokens of two issuers that say the same stay apart', async () => {
  const [a, b] = await twoIssuers()
  const both = await three({ issuer: [a.issuer, b.issuer] })
  const same = { clientId: 'client', subject: 'alice', claims: { jti: '1' } }
  const [ofA, ofB] = [await readToken(a, same), await readToken(b, same)]
  for (let round = 0; round < 2; round++) {
    await expectGranted(both, ofA, a.issuer)
    await expectGranted(both, ofB, b.issuer)
  }
  expect(both.events.granted.map(event => event.cached)).toEqual([true, true, true])
})

test('CL9 a withdrawn key takes the tokens of its own issuer with it, not those of the same kid of another', async () => {
  const clock = testClock()
  const [a, b] = await twoIssuers({ clock })
  const both = await three({ issuer: [a.issuer, b.issuer], clock })
  const [ofA, ofB] = await Promise.all([a, b].map(each => readToken(each, { expiresInSeconds: 10_000 })))
  await expectGranted(both, ofA as string, a.issuer)
  await expectGranted(both, ofB as string, b.issuer)
  await a.rotateKeys({ keepOld: false })
  clock.advance({ seconds: 600 })
  await expectRefused(both, ofA as string, { code: 'key_unknown', issuer: a.issuer })
  await expectGranted(both, ofB as string, b.issuer)
  await expectGranted(both, await readToken(a), a.issuer)
})

test('a key that one issuer rotates to is fetched from that issuer alone', async () => {
  const clock = testClock()
  const [a, b] = await twoIssuers({ clock })
  const both = await three({ issuer: [a.issuer, b.issuer], clock })
  await expectGranted(both, await readToken(a), a.issuer)
  await expectGranted(both, await readToken(b), b.issuer)
  const before = { a: a.requests.jwks, b: b.requests.jwks }
  await a.rotateKeys()
  clock.advance({ seconds: 5 })
  await expectGranted(both, await readToken(a), a.issuer)
  expect({ a: a.requests.jwks, b: b.requests.jwks }).toEqual({ a: before.a + 3, b: before.b })
  await expectGranted(both, await readToken(b), b.issuer)
})

test('ready() tells about every issuer, in the order of the configuration', async () => {
  const [a, b] = await twoIssuers()
  const { api } = await three({ issuer: [a.issuer, { issuer: b.issuer, jwksUri: b.jwksUri }] })
  expect(await api.core.ready()).toEqual({
    issuers: [
      { issuer: a.issuer, keySet: 'available' },
      { issuer: b.issuer, keySet: 'available' },
    ],
  })
})

test('ready() tells which issuer is down, which has no key, and why', async () => {
  const [a, b] = await twoIssuers()
  a.setFault('error', 'jwks')
  b.setFault('empty', 'jwks')
  const { api } = await three({ issuer: [a.issuer, b.issuer] })
  expect(await api.core.ready()).toEqual({
    issuers: [
      { issuer: a.issuer, keySet: 'unavailable', reason: 'the answer had status 500' },
      { issuer: b.issuer, keySet: 'empty', reason: 'the key set has no key that can be used' },
    ],
  })
})

test('events of the key set name the issuer whose it is', async () => {
  const [a, b] = await twoIssuers()
  b.setFault('down')
  const { events } = await three({ issuer: [a.issuer, b.issuer] })
  const outcomes = new Set(events.keySet.map(event => `${event.issuer} ${event.outcome}`))
  expect(outcomes).toEqual(new Set([`${a.issuer} refreshed`, `${b.issuer} failed`]))
})
