import { createHook } from 'node:async_hooks'
import type { GrantedEvent } from '@scopeward/core'
import { expect, onTestFinished, test } from 'vitest'
import { createRig, onEvent, refused, unavailable } from './support.ts'

test('a thousand requests with one token cost one fetch and one admission, and all but the first are answered at once', async () => {
  const { issuer, token, ask } = await createRig()
  const granted: boolean[] = []
  onEvent<GrantedEvent>('scopeward:granted', event => granted.push(event.cached))
  const one = await token()
  const first = ask(one)
  expect(first).toBeInstanceOf(Promise)
  expect(await first).toBe('granted')
  for (let i = 1; i < 1000; i++) expect(ask(one)).toBe('granted')
  // `cached` is true exactly where the stages with the signature were not run.
  expect(granted).toEqual([false, ...Array<boolean>(999).fill(true)])
  expect(issuer.requests).toMatchObject({ metadata: 1, openidConfiguration: 0, jwks: 1 })
})

test('a thousand requests with one token make Node verify one signature', async () => {
  const { token, ask } = await createRig({ api: { signatureEngine: 'jose' } })
  const [one, two, three] = [await token(), await token(), await token()]
  // WebCrypto runs every signature as a job that Node's async hooks see, whoever asked for it.
  let signatureJobs = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'SIGNREQUEST') signatureJobs++
    },
  })
  onTestFinished(() => void hook.disable())
  hook.enable()
  for (let i = 0; i < 1000; i++) expect(await ask(one)).toBe('granted')
  expect(signatureJobs).toBe(1)
  for (const other of [two, three]) expect(await ask(other)).toBe('granted')
  expect(signatureJobs).toBe(3)
})

test('a thousand requests that come at once with an unknown token cost one fetch and one signature', async () => {
  const { issuer, token, ask } = await createRig({ api: { signatureEngine: 'jose' } })
  const one = await token()
  let signatureJobs = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'SIGNREQUEST') signatureJobs++
    },
  })
  onTestFinished(() => void hook.disable())
  hook.enable()
  const verdicts = await Promise.all(Array.from({ length: 1000 }, () => ask(one)))
  expect(new Set(verdicts)).toEqual(new Set(['granted']))
  expect([signatureJobs, issuer.requests.jwks]).toEqual([1, 1])
})

test('a withdrawn key takes its tokens with it at the next refresh, remembered ones too (RFC 7517 section 5)', async () => {
  const { clock, issuer, token, ask, settled, events } = await createRig()
  const [remembered, cold] = [await token(), await token()]
  expect(await ask(remembered)).toBe('granted')
  await issuer.rotateKeys()
  const underNewKey = await token()
  issuer.withdrawKey('key-1')
  clock.advance({ seconds: 479 })
  expect(ask(remembered)).toBe('granted')
  clock.advance({ seconds: 1 })
  expect(ask(remembered)).toBe('granted') // starts the refresh and does not wait for it
  await settled()
  expect(events.map(event => event.outcome)).toEqual(['refreshed', 'refreshed'])
  expect(await ask(remembered)).toEqual(refused('key_unknown'))
  expect(await ask(cold)).toEqual(refused('key_unknown'))
  expect(await ask(underNewKey)).toBe('granted')
})

test('new key material under the same kid is accepted within one cool-down, and the old tokens are refused from then on', async () => {
  const { clock, issuer, token, ask, api, keySetFetches } = await createRig()
  await api.ready()
  const oldKey = issuer.signingKey
  const [remembered, cold] = [await token(), await token()]
  expect(await ask(remembered)).toBe('granted')
  await issuer.replaceKey()
  const underNewKey = await token()
  expect(issuer.signingKey.kid).toBe(oldKey.kid)
  clock.advance({ seconds: 4.9 })
  expect(await ask(underNewKey)).toEqual(refused('signature_invalid'))
  expect(ask(remembered)).toBe('granted')
  clock.advance({ seconds: 0.1 })
  expect(await ask(underNewKey)).toBe('granted')
  expect(keySetFetches()).toEqual([0, 5])
  expect(await ask(remembered)).toEqual(refused('signature_invalid'))
  expect(await ask(cold)).toEqual(refused('signature_invalid'))
  expect(ask(underNewKey)).toBe('granted')
  expect(keySetFetches()).toEqual([0, 5])
})

test('the same kid with new material needs no token of the new key to be noticed: the next refresh refuses the old ones', async () => {
  const { clock, issuer, token, ask, settled } = await createRig()
  const [remembered, cold] = [await token(), await token()]
  expect(await ask(remembered)).toBe('granted')
  await issuer.replaceKey()
  clock.advance({ seconds: 480 })
  expect(ask(remembered)).toBe('granted')
  await settled()
  expect(await ask(remembered)).toEqual(refused('signature_invalid'))
  expect(await ask(cold)).toEqual(refused('signature_invalid'))
  expect(await ask(await token())).toBe('granted')
})

test('an issuer that is down at start costs no start: 503 with Retry-After until it answers, and no restart', async () => {
  const { clock, issuer, token, ask, api, keySetFetches, fetches } = await createRig()
  issuer.setFault('down')
  expect(await api.ready()).toMatchObject({
    issuers: [{ issuer: issuer.issuer, keySet: 'unavailable', reason: expect.any(String) }],
  })
  const tokens = [await token(), await token(), await token()]
  for (const each of tokens) expect(await ask(each)).toEqual(unavailable(5))
  clock.advance({ seconds: 3.2 })
  for (const each of tokens) expect(await ask(each)).toEqual(unavailable(2))
  expect(fetches.map(({ at }) => at)).toEqual([0, 0]) // both places of the metadata, once
  clock.advance({ seconds: 1.8 })
  expect(await ask(tokens[0] as string)).toEqual(unavailable(10))
  issuer.setFault(undefined)
  clock.advance({ seconds: 9 })
  expect(await ask(tokens[0] as string)).toEqual(unavailable(1))
  clock.advance({ seconds: 1 })
  expect(await Promise.all(tokens.map(ask))).toEqual(['granted', 'granted', 'granted'])
  expect(keySetFetches()).toEqual([15])
  expect(await api.ready()).toEqual({ issuers: [{ issuer: issuer.issuer, keySet: 'available' }] })
})
