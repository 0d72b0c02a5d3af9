import * as client from 'openid-client'
import { expect, onTestFinished, test } from 'vitest'
import { type ApiOptions, type RunningApi, startApis, startExpressApi, startFastifyApi } from './support/apis.ts'
import { AUDIENCE } from './support/audiences.ts'
import { discover } from './support/clients.ts'
import { send, withToken } from './support/denials.ts'
import { CLIENTS, createSigning, type RunningProvider, type Signing, startProvider } from './support/provider.ts'

/** Default of `refreshCooldownSeconds`. */
const COOLDOWN_MILLISECONDS = 5000

async function startedProvider(signing: Signing, path?: string): Promise<RunningProvider> {
  const provider = await startProvider(signing, path)
  onTestFinished(() => provider.stop())
  return provider
}

async function startedApis(options: ApiOptions): Promise<RunningApi[]> {
  const apis = await startApis(options)
  onTestFinished(async () => void (await Promise.all(apis.map(api => api.stop()))))
  return apis
}

async function accessToken(provider: RunningProvider): Promise<string> {
  const service = await discover(provider, CLIENTS.service)
  const request = { resource: AUDIENCE, scope: 'reports:read' }
  return (await client.clientCredentialsGrant(service, request)).access_token
}

async function expectEverywhere(apis: readonly RunningApi[], token: string, status: number, code?: string) {
  for (const { framework, reports } of apis) {
    const answer = await send(reports, withToken(token))
    expect(answer, framework).toMatchObject({ status, code })
  }
}

test('the keys are found through the OAuth metadata, with two requests in all (RFC 8414 section 3)', async () => {
  const provider = await startedProvider(await createSigning('ES256', 'first'))
  const api = await startExpressApi({ issuer: provider.issuer })
  onTestFinished(() => api.stop())
  expect(provider.requested).toEqual(['/.well-known/oauth-authorization-server', '/jwks'])
  await expectEverywhere([api], await accessToken(provider), 200)
})

test('the keys of an issuer with a path are found where OpenID Connect puts its metadata (RFC 8414 section 5)', async () => {
  const provider = await startedProvider(await createSigning('ES256', 'first'), '/tenants/one')
  const api = await startExpressApi({ issuer: provider.issuer })
  onTestFinished(() => api.stop())
  expect(provider.requested).toEqual([
    '/.well-known/oauth-authorization-server/tenants/one',
    '/tenants/one/.well-known/openid-configuration',
    '/tenants/one/jwks',
  ])
  await expectEverywhere([api], await accessToken(provider), 200)
})

test('a provider whose issuer differs by a trailing slash is not trusted (RFC 8414 section 3.3)', async () => {
  const provider = await startedProvider(await createSigning('ES256', 'first'))
  const token = await accessToken(provider)
  await expectEverywhere(await startedApis({ issuer: provider.issuer }), token, 200)
  const astray = await startFastifyApi({ issuer: `${provider.issuer}/` })
  onTestFinished(() => astray.stop())
  await expectEverywhere([astray], token, 401, 'issuer_not_trusted')
})

test.each([
  ['a new key of another algorithm', 'Ed25519', 'second', 'key_unknown'],
  ['new key material under the same kid', 'ES256', 'first', 'signature_invalid'],
] as const)('after %s the new tokens are good and the old ones are not', async (_case, algorithm, kid, code) => {
  let passed = 0
  const provider = await startedProvider(await createSigning('ES256', 'first'))
  const apis = await startedApis({ issuer: provider.issuer, clock: () => Date.now() + passed })
  const known = await accessToken(provider)
  const unseen = await accessToken(provider)
  await expectEverywhere(apis, known, 200)

  await provider.replace(await createSigning(algorithm, kid))
  const fresh = await accessToken(provider)
  await expectEverywhere(apis, fresh, 401, code)
  passed += COOLDOWN_MILLISECONDS
  await expectEverywhere(apis, fresh, 200)
  await expectEverywhere(apis, known, 401, code)
  await expectEverywhere(apis, unseen, 401, code)
})
