import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { CompactSign } from 'jose'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { authenticated } from '../../src/access/expression.ts'
import type { DeniedEvent } from '../../src/observe/channels.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { fittingProfile } from '../../src/profiles/fitting-profile.ts'
import { PROFILES } from '../../src/profiles/profiles.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import { keys, mint, optionsFor, type Scope, type TestKey } from '../support/tokens.ts'
import { CANARY, VENDOR_TOKENS, type VendorToken } from './vendor-tokens.ts'

let key: TestKey
beforeAll(async () => {
  key = await keys('RS256')
})

const NAMED = VENDOR_TOKENS.map(token => [token.profile, token.type ?? 'no typ', token] as const)

function signed({ type, claims: payload }: Pick<VendorToken, 'type' | 'claims'>): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...(type !== undefined && { typ: type }) })
    .sign(key.privateKey)
}

/** What operators are told about one token; `undefined` where it was accepted. */
async function told(
  token: string,
  options: Partial<ResourceServerOptions<Scope>> = {},
): Promise<DeniedEvent | undefined> {
  const events: DeniedEvent[] = []
  const listener = (event: unknown): void => void events.push(event as DeniedEvent)
  subscribe('scopeward:denied', listener)
  onTestFinished(() => void unsubscribe('scopeward:denied', listener))
  const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } }
  await createResourceServer<Scope>(optionsFor(key, options)).check(request, authenticated)
  return events[0]
}

describe('a token that another vendor wrote', () => {
  test.each(NAMED)(
    '%s, %s: is refused by default, and the event names exactly that profile',
    async (profile, _type, token) => {
      const compact = await signed(token)
      expect(await told(compact, { profile })).toBeUndefined()
      const event = await told(compact)
      expect(['type_not_accepted', 'claim_missing', 'claim_invalid']).toContain(event?.code)
      expect(event?.detail?.fittingProfile).toBe(profile)
    },
  )

  test.each(NAMED)('%s, %s: the event holds names and no values', async (_profile, _type, token) => {
    expect(JSON.stringify(await told(await signed(token)))).not.toContain(CANARY)
  })

  test.each(NAMED)(
    '%s, %s: the profile that is configured is never suggested',
    (profile, type, { claims: payload }) => {
      const shape = { type: type === 'no typ' ? undefined : type.toLowerCase(), claims: new Set(Object.keys(payload)) }
      expect(fittingProfile(shape, PROFILES[profile])).not.toBe(profile)
    },
  )
})

describe('nothing is suggested', () => {
  test('for a token of the right shape that is refused for what it says', async () => {
    const honest = await mint(key)
    expect(await told(honest)).toBeUndefined()
    const event = await told(await mint(key, { aud: 'https://other.example.com' }))
    expect([event?.code, event?.detail]).toEqual(['audience_mismatch', { audiences: 1 }])
  })

  test.each([
    ['an ID token with nonce', 'JWT', { nonce: 'n', client_id: undefined }],
    ['a logout token', 'logout+jwt', { events: {}, scope: undefined }],
    ['a refresh token', 'rt+jwt', {}],
    ['a token that names no client and no scope', 'JWT', { client_id: undefined, scope: undefined }],
  ])('for %s', async (_name, typ, changes) => {
    const event = await told(await mint(key, changes, { typ }))
    expect([event?.code, event?.detail]).toEqual(['type_not_accepted', undefined])
  })

  test.each(NAMED)(
    'for a token that never expires, though it is written as %s, %s has it',
    async (_profile, _type, token) => {
      expect((await told(await signed(token)))?.detail?.fittingProfile).toBeDefined()
      const event = await told(await signed({ ...token, claims: { ...token.claims, exp: undefined } }))
      expect(event?.code).toBeDefined()
      expect(event?.detail?.fittingProfile).toBeUndefined()
    },
  )

  test('for a token whose signature does not hold', async () => {
    const [header, payload] = (await mint(key)).split('.')
    const event = await told(`${header}.${payload}.${Buffer.alloc(256, 7).toString('base64url')}`)
    expect([event?.code, event?.detail?.fittingProfile]).toEqual(['signature_invalid', undefined])
  })
})

test('a claim that is missing is named beside the profile', async () => {
  const token = VENDOR_TOKENS.find(({ profile, type }) => profile === 'keycloak' && type === 'at+jwt') as VendorToken
  expect((await told(await signed(token)))?.detail).toEqual({ claim: 'client_id', fittingProfile: 'keycloak' })
})
