import { expect, test } from 'vitest'
import { createRig, refused, unavailable } from './support.ts'

test('no request waits for a refresh that falls due at 80 % of the freshness', async () => {
  const { clock, issuer, token, ask, settled, keySetFetches, events } = await createRig({
    api: { fetchTimeoutSeconds: 60 },
  })
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  clock.advance({ seconds: 479.9 })
  expect(ask(remembered)).toBe('granted')
  expect(keySetFetches()).toEqual([0])
  issuer.setFault('slow', 'jwks')
  const arrived = issuer.nextRequest('jwks')
  clock.advance({ seconds: 0.1 })
  expect(ask(remembered)).toBe('granted')
  await arrived // the refresh is under way and hangs; nobody hangs with it
  expect(ask(remembered)).toBe('granted')
  expect(await ask(await token())).toBe('granted')
  clock.advance({ seconds: 119.9 })
  expect(ask(remembered)).toBe('granted')
  expect(events).toHaveLength(1)
  issuer.setFault(undefined, 'jwks')
  await settled()
  expect(events.map(event => event.outcome)).toEqual(['refreshed', 'refreshed'])
  expect(keySetFetches()).toEqual([0, 480])
})

test('after a quiet spell the first requests wait for the keys, so that a key withdrawn meanwhile is not believed', async () => {
  const { clock, issuer, token, ask, keySetFetches } = await createRig()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  clock.advance({ seconds: 599 })
  await issuer.rotateKeys({ keepOld: false })
  clock.advance({ seconds: 1 })
  const verdicts = [ask(remembered), ask(remembered)]
  expect(await Promise.all(verdicts)).toEqual([refused('key_unknown'), refused('key_unknown')])
  expect(keySetFetches()).toEqual([0, 600])
})

test('a hundred concurrent requests with a hundred cold tokens cause one fetch', async () => {
  const { issuer, token, ask } = await createRig()
  const tokens = await Promise.all(Array.from({ length: 100 }, () => token()))
  expect(await Promise.all(tokens.map(ask))).toEqual(Array(100).fill('granted'))
  expect(issuer.requests).toMatchObject({ metadata: 1, openidConfiguration: 0, jwks: 1 })
})

test('a hundred concurrent requests at an issuer that is down cause one fetch', async () => {
  const { issuer, token, ask } = await createRig()
  issuer.setFault('error', 'jwks')
  const tokens = await Promise.all(Array.from({ length: 100 }, () => token()))
  expect(await Promise.all(tokens.map(ask))).toEqual(Array(100).fill(unavailable(5)))
  expect(issuer.requests).toMatchObject({ metadata: 1, jwks: 1 })
})

test.each([
  { maxAge: 0, fresh: 60 },
  { maxAge: 10, fresh: 60 },
  { maxAge: 300, fresh: 300 },
  { maxAge: null, fresh: 600 },
  { maxAge: 315_360_000, fresh: 86_400 },
])('Cache-Control max-age of $maxAge makes keys fresh for $fresh s', async ({ maxAge, fresh }) => {
  const { clock, token, ask, settled, events, keySetFetches } = await createRig({
    issuer: { keySetMaxAgeSeconds: maxAge },
  })
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  expect(events).toMatchObject([{ outcome: 'refreshed', keys: 1, freshSeconds: fresh }])
  clock.advance({ seconds: fresh * 0.8 - 1 })
  expect(ask(remembered)).toBe('granted')
  expect(keySetFetches()).toEqual([0])
  clock.advance({ seconds: 1 })
  for (let i = 0; i < 100; i++) expect(ask(remembered)).toBe('granted')
  await settled()
  expect(keySetFetches()).toEqual([0, fresh * 0.8])
})

test('a clock that steps back makes the keys due at once and never fresh for longer', async () => {
  const { clock, issuer, token, ask, settled, keySetFetches } = await createRig()
  const remembered = await token({ claims: { iat: 1_700_000_000 } })
  expect(await ask(remembered)).toBe('granted')
  clock.advance({ hours: -1 })
  expect(await ask(remembered)).toBe('granted')
  expect(keySetFetches()).toEqual([0, -3600])
  for (let i = 0; i < 100; i++) expect(ask(remembered)).toBe('granted')
  clock.advance({ seconds: 480 })
  expect(ask(remembered)).toBe('granted')
  await settled()
  expect(keySetFetches()).toEqual([0, -3600, -3120])
  await issuer.rotateKeys({ keepOld: false })
  clock.advance({ seconds: -1 })
  expect(await ask(remembered)).toEqual(refused('key_unknown'))
})

test('a clock that steps back while the issuer is down keeps the known keys, with one fetch for each step', async () => {
  const { clock, issuer, token, ask, settled, keySetFetches } = await createRig()
  const remembered = await token({ claims: { iat: 1_700_000_000 } })
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('down')
  clock.advance({ hours: -1 })
  expect(await ask(remembered)).toBe('granted')
  for (let i = 0; i < 4; i++) expect(ask(remembered)).toBe('granted')
  clock.advance({ seconds: 5 })
  expect(ask(remembered)).toBe('granted')
  await settled()
  expect(keySetFetches()).toEqual([0, -3600, -3595])
})

test('a clock that leaps forward makes the next request wait for new keys, and one that leaps back again does no harm', async () => {
  const { clock, issuer, token, ask, keySetFetches } = await createRig()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  clock.advance({ days: 10 })
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('down')
  clock.advance({ hours: 2 })
  expect(await ask(remembered)).toEqual(unavailable(5))
  issuer.setFault(undefined)
  clock.advance({ hours: -2, seconds: -1 })
  expect(await ask(remembered)).toBe('granted')
  expect(ask(remembered)).toBe('granted')
  expect(keySetFetches()).toEqual([0, 864_000, 871_200, 863_999])
})

// The cool-down is meant for fetches that requests cause, and must not forbid the one that is due.
test('a cool-down that is longer than the freshness does not keep the keys from being refreshed in time', async () => {
  const { clock, token, ask, settled } = await createRig({
    issuer: { keySetMaxAgeSeconds: 60 },
    api: { refreshCooldownSeconds: 120 },
  })
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  for (let second = 1; second <= 130; second++) {
    clock.advance({ seconds: 1 })
    expect(await ask(remembered), `${second} s`).toBe('granted')
    await settled()
  }
})
