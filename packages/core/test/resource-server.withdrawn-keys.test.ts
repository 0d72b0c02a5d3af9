import { expect, test } from 'vitest'
import { createResourceServer } from '../src/resource-server.ts'
import { requestWith, statusOf } from './support/requests.ts'
import { nextTurn } from './support/signatures.ts'
import { keys, type Members, mint, NOW, optionsFor, settableClock, type TestKey } from './support/tokens.ts'

const OLD = await keys('ES256', 'old')
const NEW = await keys('ES256', 'new')
const GRANTED = ['granted', 200]

/** A server whose issuer publishes these keys until others are set; its key set is fresh for 300 seconds. */
function serverOf(first: readonly TestKey[]) {
  const clock = settableClock()
  const published = { keys: first, fetches: 0 }
  const api = createResourceServer({
    ...optionsFor(OLD),
    jwks: undefined as never,
    jwksUri: 'https://login.example.com/jwks',
    clock: clock.read,
    fetch: async () => {
      published.fetches++
      const jwks = { keys: published.keys.map(({ publicJwk }) => publicJwk as Members) }
      return Response.json(jwks, { headers: { 'Cache-Control': 'max-age=300' } })
    },
  })
  const ask = async (token: string) => statusOf(await api.check(requestWith(token), 'controls:read'))
  return { api, ask, clock, published }
}

test.each([
  ['names its key', {}],
  ['names no key (RFC 7515 section 4.1.4)', { kid: undefined }],
])(
  'a remembered token that %s is believed while its key is published, and no longer once a fetch shows that it is not',
  async (_name, header) => {
    const { ask, clock, published } = serverOf([OLD])
    const token = await mint(OLD, {}, header)
    for (const seconds of [0, 1, 100]) {
      clock.seconds = NOW + seconds
      expect(await ask(token)).toEqual(GRANTED)
    }
    expect(published.fetches).toBe(1)
    // Long before the next refresh is due, somebody comes with a key that is not known yet.
    published.keys = [NEW]
    expect(await ask(await mint(NEW))).toEqual(GRANTED)
    expect(published.fetches).toBe(2)
    const [code, status] = await ask(token)
    expect(status).toBe(401)
    expect(['key_unknown', 'signature_invalid']).toContain(code)
  },
)

test('a remembered token goes on being believed where a fetch shows its key again', async () => {
  const { api, ask, clock, published } = serverOf([OLD])
  const token = await mint(OLD)
  expect(await ask(token)).toEqual(GRANTED)
  clock.seconds = NOW + 100
  published.keys = [OLD, NEW]
  expect(await ask(await mint(NEW))).toEqual(GRANTED)
  for (const _again of [1, 2]) expect(api.check(requestWith(token), 'controls:read')).toMatchObject({ granted: true })
  expect(published.fetches).toBe(2)
})

test('requests with remembered tokens alone still start the refresh that is due, and a key withdrawn meanwhile ends them', async () => {
  const { ask, clock, published } = serverOf([OLD])
  const token = await mint(OLD)
  expect(await ask(token)).toEqual(GRANTED)
  published.keys = [NEW]
  clock.seconds = NOW + 239
  expect(await ask(token)).toEqual(GRANTED)
  expect(published.fetches).toBe(1)
  clock.seconds = NOW + 240
  expect(await ask(token)).toEqual(GRANTED)
  for (let i = 0; i < 5; i++) await nextTurn()
  expect(published.fetches).toBe(2)
  expect(await ask(token)).toEqual(['key_unknown', 401])
})

test('a clock that steps back makes the keys due at once, for remembered tokens too', async () => {
  const { ask, clock, published } = serverOf([OLD])
  const token = await mint(OLD, { iat: NOW - 600 })
  expect(await ask(token)).toEqual(GRANTED)
  expect(await ask(token)).toEqual(GRANTED)
  clock.seconds = NOW - 60
  published.keys = [NEW]
  expect(await ask(token)).toEqual(['key_unknown', 401])
  expect(published.fetches).toBe(2)
})

test('what one resource server believes says nothing about another with the same issuer and the same published key', async () => {
  const [one, other] = [serverOf([OLD]), serverOf([OLD])]
  const token = await mint(OLD)
  expect(await one.ask(token)).toEqual(GRANTED)
  expect(await other.ask(token)).toEqual(GRANTED)
  for (const { clock } of [one, other]) clock.seconds = NOW + 100
  one.published.keys = [NEW]
  expect(await one.ask(await mint(NEW))).toEqual(GRANTED)
  expect(await one.ask(token)).toEqual(['key_unknown', 401])
  expect(await other.ask(token)).toEqual(GRANTED)
})

test('tokens that named the withdrawn key and tokens that did not all end with it', async () => {
  const { ask, clock, published } = serverOf([OLD])
  const tokens = [await mint(OLD), await mint(OLD, {}, { kid: undefined }), await mint(OLD, { jti: 'token-2' })]
  for (const _again of [1, 2]) for (const token of tokens) expect(await ask(token)).toEqual(GRANTED)
  clock.seconds = NOW + 100
  published.keys = [NEW]
  expect(await ask(await mint(NEW))).toEqual(GRANTED)
  for (const token of tokens) expect((await ask(token))[1]).toBe(401)
})

test('where more than four keys are published, a token that names one is remembered, and one that names none is ambiguous', async () => {
  const others = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(kid => keys('ES256', kid)))
  const { api, ask, clock, published } = serverOf([OLD])
  const [named, unnamed] = [await mint(OLD), await mint(OLD, {}, { kid: undefined })]
  for (const token of [named, unnamed]) expect(await ask(token)).toEqual(GRANTED)
  clock.seconds = NOW + 100
  published.keys = [OLD, ...others]
  expect(await ask(await mint(others[0] as TestKey))).toEqual(GRANTED)
  const first = await api.check(requestWith(named), 'controls:read')
  const second = api.check(requestWith(named), 'controls:read')
  expect(second).toMatchObject({ granted: true })
  expect((second as { access: unknown }).access).toBe((first as { access: unknown }).access)
  expect(await ask(unnamed)).toEqual(['key_ambiguous', 401])
})
