import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Fault, testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { readToken, twoIssuers } from '../../packages/core/test/support/test-issuers.ts'
import { checkOf, expectGranted, expectRefused, three } from './support-several/three.ts'

describe('an issuer that fails costs the tokens of another nothing', () => {
  test.each<Fault>(['down', 'error', 'html', 'redirect', 'many-keys'])('%s', async fault => {
    const [dead, live] = await twoIssuers()
    dead.setFault(fault)
    const both = await three({ issuer: [dead.issuer, live.issuer] })
    await expectGranted(both, await readToken(live), live.issuer)
    const unavailable = { code: 'keys_unavailable', issuer: dead.issuer, retryAfter: '5' } as const
    await expectRefused(both, await readToken(dead), unavailable)
    await expectGranted(both, await readToken(live), live.issuer)
  })
})

test('while the keys of one issuer hang, the tokens of another are answered, and its own wait', async () => {
  const clock = testClock()
  const [dead, live] = await twoIssuers({ clock })
  dead.setFault('error', 'jwks')
  const both = await three({ issuer: [{ issuer: dead.issuer, jwksUri: dead.jwksUri }, live.issuer], clock })
  dead.setFault('slow', 'jwks')
  clock.advance({ seconds: 5 })
  let isAnswered = false
  const waiting = Promise.resolve(checkOf(both.api, await readToken(dead))).finally(() => {
    isAnswered = true
  })
  const milliseconds: number[] = []
  for (let i = 0; i < 50; i++) {
    const start = performance.now()
    await expectGranted(both, await readToken(live), live.issuer)
    milliseconds.push(performance.now() - start)
  }
  expect(isAnswered).toBe(false)
  console.log(`150 tokens beside a hanging issuer: the slowest three took ${Math.max(...milliseconds).toFixed(0)} ms`)
  dead.setFault(undefined)
  expect((await waiting).granted).toBe(true)
})

test('remembered tokens of the live issuer are answered at once, with no promise, while the other one hangs', async () => {
  const clock = testClock()
  const [dead, live] = await twoIssuers({ clock })
  const both = await three({ issuer: [{ issuer: dead.issuer, jwksUri: dead.jwksUri }, live.issuer], clock })
  const [ofDead, ofLive] = await Promise.all([dead, live].map(each => readToken(each, { expiresInSeconds: 10_000 })))
  await expectGranted(both, ofDead as string, dead.issuer)
  await expectGranted(both, ofLive as string, live.issuer)
  dead.setFault('slow', 'jwks')
  clock.advance({ seconds: 600 })
  await expectGranted(both, ofLive as string, live.issuer)
  const waiting = checkOf(both.api, ofDead as string)
  await nextTurn()
  expect(waiting).toBeInstanceOf(Promise)
  expect(checkOf(both.api, ofLive as string)).toMatchObject({ granted: true })
  dead.setFault(undefined)
  expect((await waiting).granted).toBe(true)
})

test('made-up kids of one issuer spend its cool-down and not that of another', async () => {
  const clock = testClock()
  const [a, b] = await twoIssuers({ clock })
  const both = await three({ issuer: [a.issuer, b.issuer], clock })
  await expectGranted(both, await readToken(a), a.issuer)
  await expectGranted(both, await readToken(b), b.issuer)
  clock.advance({ seconds: 5 })
  for (let i = 0; i < 20; i++) {
    const token = await readToken(a, { header: { kid: `made-up-${i}` } })
    await expectRefused(both, token, { code: 'key_unknown', issuer: a.issuer })
  }
  expect(a.requests.jwks).toBe(6)
  await b.rotateKeys()
  await expectGranted(both, await readToken(b), b.issuer)
  expect(b.requests.jwks).toBe(6)
})
