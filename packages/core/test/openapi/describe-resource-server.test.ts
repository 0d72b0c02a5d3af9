import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeResourceServer } from '../../src/openapi/describe-resource-server.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import { misuseOf } from '../support/refusals.ts'

const scopes = {
  'orders:read': 'Read orders',
  'orders:write': { description: 'Change orders', implies: ['orders:read'] },
} as const
const common = { audience: 'https://api.example.com', scopes, allowHttpOnLoopback: true } as const

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

test('says which scopes there are, what they imply, and whether proofs are taken', () => {
  const described = describeResourceServer({
    ...common,
    issuer: issuer.issuer,
    dpop: 'accepted',
    publicOrigin: 'https://api.example.com',
  })
  expect(described).toMatchObject({
    scopes: { 'orders:read': 'Read orders', 'orders:write': 'Change orders' },
    implied: { 'orders:write': ['orders:read'] },
    dpop: 'accepted',
  })
})

describe('the token endpoint', () => {
  const find = (changes: object) =>
    describeResourceServer({ ...common, issuer: issuer.issuer, ...changes })
      .tokenEndpoint()
      .catch((error: unknown) => String(error))

  test('is what the metadata of the issuer says (RFC 8414 section 2)', async () => {
    const metadata = await (await fetch(`${issuer.issuer}/.well-known/oauth-authorization-server`)).json()
    expect(await find({})).toBe((metadata as { token_endpoint: string }).token_endpoint)
  })

  test.each<[string, object, string]>([
    ['of several issuers', { issuer: ['https://a.example', 'https://b.example'] }, 'there is not one issuer alone'],
    ['of a function', { issuer: () => undefined }, 'there is not one issuer alone'],
    [
      'of an issuer with a key set by name',
      { jwksUri: 'https://a.example/jwks' },
      'the metadata of this issuer is not fetched',
    ],
    [
      'of an issuer that nobody reaches',
      { issuer: 'http://127.0.0.1:9' },
      'the metadata of http://127.0.0.1:9 does not tell it: ',
    ],
  ])('%s has to be given', async (_, changes, reason) => {
    expect(await find(changes)).toContain(`The token endpoint has to be given as "tokenUrl", because ${reason}`)
  })
})

describe('the option usageRecorder', () => {
  test.each([null, {}, { granted: () => {} }, 1])('%j is no recorder', usageRecorder => {
    const honest = { granted: () => {}, denied: () => {} }
    expect(createResourceServer({ ...common, issuer: issuer.issuer, usageRecorder: honest })).toBeDefined()
    expect(
      misuseOf(() => createResourceServer({ ...common, issuer: issuer.issuer, usageRecorder: usageRecorder as never })),
    ).toEqual({
      code: 'option_invalid',
      message:
        'Option "usageRecorder" must have the methods granted(…) and denied(…). Take createUsageRecorder() of @scopeward/usage.',
    })
  })

  test('hears of every request that a guard decided, and who it was from where that is proven', async () => {
    const heard: unknown[] = []
    const usageRecorder = {
      granted: (access: { clientId: string }) => void heard.push(['granted', access.clientId]),
      denied: (refused: { code: string; clientId: string | undefined }) =>
        void heard.push([refused.code, refused.clientId]),
    }
    const server = createResourceServer({ ...common, issuer: issuer.issuer, usageRecorder: usageRecorder as never })
    const ask = (token: string, scope: 'orders:read' | 'orders:write') =>
      server.check({ method: 'GET', url: '/', headers: ['Authorization', `Bearer ${token}`] }, scope)
    const token = await issuer.token({ clientId: 'client-7', scope: 'orders:read', audience: common.audience })
    expect((await ask(token, 'orders:read')).granted).toBe(true)
    expect((await ask(token, 'orders:write')).granted).toBe(false)
    expect((await ask('rubbish', 'orders:read')).granted).toBe(false)
    expect(heard).toEqual([
      ['granted', 'client-7'],
      ['insufficient_scope', 'client-7'],
      ['token_malformed', undefined],
    ])
    expect(server.guard('orders:write').alternatives).toEqual([['orders:write']])
  })
})
