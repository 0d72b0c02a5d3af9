import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, onTestFinished, test } from 'vitest'
import type { KeySetEvent } from '../../src/observe/channels.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import { misuseOf } from '../support/refusals.ts'
import { keys, mint, NOW } from '../support/tokens.ts'

const OURS = '0a1b2c3d-0000-4444-8888-0123456789ab'
const OTHERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const issuer = `https://login.microsoftonline.com/${OURS}/v2.0`
const of = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`

async function verdict(keyIssuer: unknown): Promise<string> {
  const key = await keys('ES256')
  const jwk = { ...key.publicJwk, ...(keyIssuer !== undefined && { issuer: keyIssuer }) }
  const api = createResourceServer({
    issuer,
    audience: 'https://api.example.com',
    scopes: {},
    clock: () => NOW * 1000,
    jwksUri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
    fetch: async () => Response.json({ keys: [jwk] }),
  })
  const token = await mint(key, { iss: issuer, aud: 'https://api.example.com' })
  return api.verify(token).then(
    () => 'accepted',
    error => error.code,
  )
}

test.each([
  ['no issuer', undefined],
  ['this tenant', of(OURS)],
  ['this tenant in capitals', of(OURS.toUpperCase())],
  ['this tenant in the form of v1.0', `https://sts.windows.net/${OURS}/`],
  ['every tenant, by a template', 'https://login.microsoftonline.com/{tenantid}/v2.0'],
  ['something that is no URL', 'login'],
  ['a path of 36 characters that is no tenant', of('x'.repeat(36))],
  ['a path of five parts that is no tenant', of('a-b-c-d-e')],
  ['a number', 1],
])('a key that is published for %s is used', async (_name, keyIssuer) => {
  expect(await verdict(keyIssuer)).toBe('accepted')
})

test('a key that the set assigns to another tenant is left aside, though it is in the same set', async () => {
  const events: KeySetEvent[] = []
  const record = (event: unknown) => void events.push(event as KeySetEvent)
  subscribe('scopeward:key-set', record)
  onTestFinished(() => void unsubscribe('scopeward:key-set', record))
  expect(await verdict(of(OURS))).toBe('accepted')
  expect(await verdict(of(OTHERS))).toBe('key_unknown')
  expect(await verdict(`https://sts.windows.net/${OTHERS}/`)).toBe('key_unknown')
  expect(events.map(event => 'ignored' in event && event.ignored)).toEqual([
    [],
    [{ kid: 'key-1', ignored: 'it is for another tenant' }],
    [{ kid: 'key-1', ignored: 'it is for another tenant' }],
  ])
})

test('inline, such a key is a mistake', async () => {
  const { publicJwk } = await keys('ES256')
  const options = { issuer, audience: 'https://api.example.com', scopes: {} }
  const jwks = (tenant: string) => ({ keys: [{ ...publicJwk, issuer: of(tenant) }] })
  expect(() => createResourceServer({ ...options, jwks: jwks(OURS) })).not.toThrow()
  expect(misuseOf(() => createResourceServer({ ...options, jwks: jwks(OTHERS) }))).toEqual({
    code: 'option_invalid',
    message: 'Option "jwks": keys[0] cannot be used: it is for another tenant.',
  })
})
