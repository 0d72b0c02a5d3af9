import { testClock } from '@scopeward/testing'
import { expect, test } from 'vitest'
import { findingBy } from '../support/tenants.ts'
import { issuerForTest, readToken } from '../support/test-issuers.ts'

const THREW = 'the function "issuer" failed: it threw'
const MONTH = { expiresInSeconds: 2_592_000 } as const

/** The application's data base. */
function dataBase() {
  const state = { isDown: false, isKnown: true }
  const resolve = async (iss: string): Promise<string | undefined> => {
    if (state.isDown) throw new Error('connection refused')
    return state.isKnown ? iss : undefined
  }
  return { state, resolve }
}

test('while the function fails its last answer holds for staleIfErrorSeconds, then requests get 503 until it answers', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  const { ask, clock, lastDenied } = findingBy(resolve)
  const [remembered, cold] = [await readToken(a, MONTH), await readToken(a, MONTH)]
  expect(await ask(remembered)).toBe('granted')
  state.isDown = true
  clock.advance({ seconds: 300 })
  for (let second = 300; second < 3900; second += 60) {
    expect(await ask(remembered), `remembered, ${second} s`).toBe('granted')
    expect(await ask(await readToken(a, MONTH)), `cold, ${second} s`).toBe('granted')
    clock.advance({ seconds: 60 })
  }
  expect(await ask(remembered)).toBe('issuer_unavailable')
  expect(lastDenied()).toEqual({
    code: 'issuer_unavailable',
    status: 503,
    issuer: undefined,
    detail: { reason: THREW },
  })
  expect(await ask(cold)).toBe('issuer_unavailable')
  state.isDown = false
  clock.advance({ seconds: 5 })
  expect(await ask(remembered)).toBe('granted')
})

test('the last answer ends with staleIfErrorSeconds to the moment, however late the function failed before', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  const { ask, asked, clock } = findingBy(resolve)
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  state.isDown = true
  clock.advance({ seconds: 3899 })
  for (const count of [2, 2]) {
    expect(await ask(token)).toBe('granted')
    expect(asked.length).toBe(count)
  }
  clock.advance({ seconds: 1 })
  expect(await ask(token)).toBe('issuer_unavailable')
})

test('one question in refreshCooldownSeconds while the function fails, and the last answer serves in between', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  const { ask, asked, clock } = findingBy(resolve, { refreshCooldownSeconds: 10 })
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  state.isDown = true
  clock.advance({ seconds: 300 })
  for (let i = 0; i < 5; i++) expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(2)
  clock.advance({ seconds: 9.9 })
  expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(2)
  clock.advance({ seconds: 0.1 })
  expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(3)
})

test('one question in refreshCooldownSeconds for a name that the function fails for, and the same 503 in between', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  state.isDown = true
  const { ask, asked, clock, lastDenied } = findingBy(resolve, { refreshCooldownSeconds: 10 })
  const failed = { code: 'issuer_unavailable', status: 503, issuer: undefined, detail: { reason: THREW } }
  for (let i = 0; i < 50; i++) {
    expect(await ask(await readToken(a, MONTH))).toBe('issuer_unavailable')
    expect(lastDenied()).toEqual(failed)
  }
  expect(asked.length).toBe(1)
  state.isDown = false
  clock.advance({ seconds: 9.9 })
  expect(await ask(await readToken(a, MONTH))).toBe('issuer_unavailable')
  expect(asked.length).toBe(1)
  clock.advance({ seconds: 0.1 })
  expect(await ask(await readToken(a, MONTH))).toBe('granted')
  expect(asked.length).toBe(2)
})

test('with staleIfErrorSeconds 0 a failing function means 503 as soon as its answer is old', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  const { ask, clock } = findingBy(resolve, { staleIfErrorSeconds: 0 })
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  state.isDown = true
  clock.advance({ seconds: 299.9 })
  expect(await ask(token)).toBe('granted')
  clock.advance({ seconds: 0.1 })
  expect(await ask(token)).toBe('issuer_unavailable')
})

test('an outage does not bring a withdrawn tenant back', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  const { ask, clock } = findingBy(resolve)
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  state.isKnown = false
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('issuer_not_trusted')
  state.isDown = true
  clock.advance({ seconds: 30 })
  expect(await ask(token)).toBe('issuer_unavailable')
})

test('a tenant that is withdrawn during an outage is refused as soon as the function answers again', async () => {
  const a = await issuerForTest({ clock: testClock() })
  const { state, resolve } = dataBase()
  const { ask, clock } = findingBy(resolve)
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  state.isDown = true
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('granted')
  Object.assign(state, { isDown: false, isKnown: false })
  clock.advance({ seconds: 5 })
  expect(await ask(token)).toBe('granted') // and the function is asked beside it
  await new Promise(resolve => setImmediate(resolve)) // it answers
  expect(await ask(token)).toBe('issuer_not_trusted')
})

test('a definition that cannot be used counts as a failure: the last good one serves', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let definition: unknown = a.issuer
  const { ask, clock } = findingBy(() => definition)
  const token = await readToken(a, MONTH)
  expect(await ask(token)).toBe('granted')
  definition = { issuer: a.issuer, jwksUri: 'http://keys.example.com' }
  clock.advance({ seconds: 300 })
  expect(await ask(token)).toBe('granted')
  clock.advance({ seconds: 3600 })
  expect(await ask(token)).toBe('issuer_unavailable')
})
