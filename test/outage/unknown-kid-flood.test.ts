import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRig, refused, unavailable } from './support.ts'

const TOKENS = 10_000
const BATCH = 250

test('ten thousand tokens with random kids cause one fetch for each cool-down, and a rotated key gets through within one', async () => {
  const { clock, now, issuer, api, token, ask, keySetFetches } = await createRig()
  await api.ready()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  const flood = await Promise.all(Array.from({ length: TOKENS }, () => token({ header: { kid: randomUUID() } })))
  const accepted: number[] = []
  let underNewKey: string | undefined
  for (let sent = 0; sent < TOKENS; sent += BATCH) {
    clock.advance({ seconds: 0.5 })
    if (now() === 8) {
      await issuer.rotateKeys()
      underNewKey = await token()
    }
    const verdicts = await Promise.all(flood.slice(sent, sent + BATCH).map(ask))
    for (const verdict of verdicts) expect(verdict).toEqual(refused('key_unknown'))
    if (underNewKey !== undefined && (await ask(underNewKey)) === 'granted') accepted.push(now())
    expect(ask(remembered)).toBe('granted')
    expect(await ask(await token({ key: 'key-1' }))).toBe('granted')
  }
  expect(keySetFetches()).toEqual([0, 5, 10, 15, 20])
  expect(accepted[0]).toBe(10)
  expect(accepted).toHaveLength(21)
  expect(issuer.requests.jwks).toBe(5)
})

test('an empty key set does not switch the cool-down off', async () => {
  const { clock, issuer, api, token, ask, keySetFetches } = await createRig()
  issuer.setFault('empty', 'jwks')
  await api.ready()
  for (let second = 0; second < 10; second++) {
    for (let i = 0; i < 10; i++) expect(await ask(await token())).toEqual(refused('key_unknown'))
    clock.advance({ seconds: 1 })
  }
  expect(keySetFetches()).toEqual([0, 5])
  issuer.setFault(undefined)
  expect(await ask(await token())).toBe('granted')
})

test('a flood of unknown kids at an issuer that fails backs off, and gets 503 because nobody knows the truth', async () => {
  const { clock, issuer, token, ask, keySetFetches } = await createRig()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('error', 'jwks')
  const flood = await Promise.all(Array.from({ length: 100 }, () => token({ header: { kid: randomUUID() } })))
  clock.advance({ seconds: 4 })
  expect(await ask(flood[0] as string)).toEqual(refused('key_unknown')) // cool-down: the last fetch worked
  clock.advance({ seconds: 1 })
  for (const wait of [5, 10, 20, 40, 60, 60]) {
    for (const verdict of await Promise.all(flood.map(ask))) expect(verdict).toEqual(unavailable(wait))
    expect(ask(remembered)).toBe('granted')
    clock.advance({ seconds: wait })
  }
  expect(keySetFetches()).toEqual([0, 5, 10, 20, 40, 80, 140])
  issuer.setFault(undefined)
  expect(await ask(flood[0] as string)).toEqual(refused('key_unknown'))
})

test('tokens that are refused without their key cause no fetch: wrong issuer, audience, type, algorithm, or expired', async () => {
  const { clock, issuer, api, token, ask, keySetFetches } = await createRig()
  await api.ready()
  clock.advance({ seconds: 400 })
  const kid = (): string => randomUUID()
  const hopeless = [
    [refused('issuer_not_trusted'), await token({ header: { kid: kid() }, claims: { iss: 'https://else.example' } })],
    [refused('audience_mismatch'), await token({ header: { kid: kid() }, audience: 'https://else.example' })],
    [refused('type_not_accepted'), await token({ header: { kid: kid(), typ: 'JWT' } })],
    [refused('token_expired'), await token({ header: { kid: kid() }, expiresInSeconds: -6 })],
    [refused('algorithm_not_allowed'), await issuer.forge('alg-hs256-public-key-pem')],
  ] as const
  for (const [refusal, hopelessToken] of hopeless) expect(await ask(hopelessToken)).toEqual(refusal)
  expect(keySetFetches()).toEqual([0])
  expect(await ask(await token({ header: { kid: kid() } }))).toEqual(refused('key_unknown'))
  expect(keySetFetches()).toEqual([0, 400])
})
